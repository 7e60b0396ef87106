import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { loadAddon } from '../../lib/native/addon';
import type { NativeTensor } from '../../lib/native/tensor';
import type { ClipMix } from '../../lib/native/video';
import { suiteFolder } from '../support/suite-folder';
import { errorOf, target, typeError, values, writeVideo } from './support/video';

const addon = loadAddon();
const { path: folder } = suiteFolder();
const video = join(folder, 'video.avi');
beforeAll(() => writeVideo(video, 20));

const mixSchema = z.object({
  first: z.number(),
  second: z.number(),
  weight: z.number().exactOptional(),
  box: z.tuple([z.number(), z.number(), z.number(), z.number()]).exactOptional(),
});
const fixture = z
  .object({
    mixes: z.array(
      z.object({
        slots: z.number(),
        frames: z.number(),
        size: z.number(),
        mixes: z.array(mixSchema),
        at: z.array(z.number()),
        values: z.array(z.number()),
        bits: z.string(),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(join(__dirname, '..', 'fixtures', 'augmentation.json'), 'utf8')));

/** Fills clips with the frames of the fixture, one after the other. */
function fillWithFrames(clips: NativeTensor): void {
  const [, , size = 0] = clips.shape;
  const of = size * size * 3;
  values(clips).forEach((_, i, all) => {
    const [k, y, x, c] = [
      Math.floor(i / of),
      Math.floor((i % of) / (size * 3)),
      Math.floor((i % (size * 3)) / 3),
      i % 3,
    ];
    const byte = (37 * x + 71 * y + 113 * c + 5 * ((x * y) % 251) + 3 * ((x * x) % 17) * (y % 13) + 29 * k) % 256;
    all[i] = byte * Math.fround(1 / 255);
  });
}

function fnv1a(clips: NativeTensor): string {
  const data = values(clips);
  let hash = 0x811c9dc5;
  for (const byte of new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

test('mixes as the plain reference does, in place', async () => {
  using decoder = addon.createClipDecoder(2);
  for (const { slots, frames, size, mixes, ...expected } of fixture.mixes) {
    using clips = addon.createTensor('float32', [slots, frames, size, size, 3]);
    fillWithFrames(clips);
    await expect(decoder.mix(mixes, clips)).resolves.toBeUndefined();
    const mixed = values(clips);
    expected.at.forEach((index, i) => expect(mixed[index]).toBeCloseTo(expected.values[i] as number, 6));
    expect(fnv1a(clips)).toBe(expected.bits);
  }
});

test('mixes what was decoded, and nothing where there is no pair', async () => {
  using decoder = addon.createClipDecoder(1);
  using clips = target(2, 2);
  await decoder.decode(
    [
      { path: video, frames: [2, 7], slot: 0 },
      { path: video, frames: [11, 19], slot: 1 },
    ],
    clips,
  );
  const before = [...values(clips)];
  await decoder.mix([], clips);
  expect([...values(clips)]).toEqual(before);
  await decoder.mix([{ first: 0, second: 1, weight: 0.25 }], clips);
  const half = before.length / 2;
  const expected = before.map((own, i) => {
    const other = before[(i + half) % before.length] as number;
    return Math.fround(Math.fround(own * 0.25) + Math.fround(other * 0.75));
  });
  expect([...values(clips)]).toEqual(expected);
});

test('refuses pairs that make no sense and changes nothing', async () => {
  using decoder = addon.createClipDecoder(1);
  using clips = target(3, 1);
  values(clips).forEach((_, i, all) => (all[i] = i));
  const before = [...values(clips)];
  const bad: [object | null, string][] = [
    [null, 'mixes'],
    [{ second: 1, weight: 0.5 }, 'first'],
    [{ first: 0, second: 1.5, weight: 0.5 }, 'second'],
    [{ first: 0, second: 3, weight: 0.5 }, 'slots must be from 0 to 2'],
    [{ first: 0, second: 0, weight: 0.5 }, 'slot 0'],
    [{ first: 0, second: 1 }, 'either a weight or a box'],
    [{ first: 0, second: 1, weight: 0.5, box: [0, 0, 1, 1] }, 'either a weight or a box'],
    [{ first: 0, second: 1, weight: 1.5 }, 'weight'],
    [{ first: 0, second: 1, weight: NaN }, 'weight'],
    [{ first: 0, second: 1, weight: '1' }, 'weight'],
    [{ first: 0, second: 1, box: [0, 0, 1] }, 'box'],
    [{ first: 0, second: 1, box: [0, 0, 1.5, 1] }, 'box'],
    [{ first: 0, second: 1, box: [-1, 0, 1, 1] }, 'box'],
    [{ first: 0, second: 1, box: [0, 0, 17, 1] }, 'box'],
    [{ first: 0, second: 1, box: [0, 10, 1, 7] }, 'box'],
    [{ first: 0, second: 1, box: [2 ** 31 - 1, 0, 2 ** 31 - 1, 1] }, 'box'],
  ];
  for (const [mix, message] of bad) {
    const refused = (async () => decoder.mix([mix as ClipMix], clips))();
    await expect(refused).rejects.toMatchObject({ ...typeError, message: expect.stringContaining(message) });
  }
  const twice = decoder.mix(
    [
      { first: 0, second: 1, weight: 0.5 },
      { first: 1, second: 2, weight: 0.5 },
    ],
    clips,
  );
  await expect(twice).rejects.toMatchObject({ ...typeError, message: expect.stringContaining('slot 1') });
  expect([...values(clips)]).toEqual(before);
  expect(errorOf(() => decoder.mix([], {} as NativeTensor))).toMatchObject(typeError);
  expect(errorOf(() => decoder.mix({} as ClipMix[], clips))).toMatchObject(typeError);
});

test('mixes bytes too, rounded', async () => {
  using decoder = addon.createClipDecoder(1);
  using clips = addon.createTensor('uint8', [4, 1, 1, 1, 3]);
  const bytes = clips.data() as Uint8Array;
  bytes.set([0, 10, 255, 255, 13, 0, 1, 2, 3, 4, 5, 6]);
  await decoder.mix(
    [
      { first: 0, second: 1, weight: 0.75 },
      { first: 2, second: 3, box: [0, 0, 1, 1] },
    ],
    clips,
  );
  expect([...bytes]).toEqual([64, 11, 191, 191, 12, 64, 4, 5, 6, 1, 2, 3]);
});

test('refuses a slot that is being decoded', async () => {
  using decoder = addon.createClipDecoder(1);
  using clips = target(40, 1);
  const requests = Array.from({ length: 39 }, (_, slot) => ({ path: video, frames: [19], slot }));
  const decoding = decoder.decode(requests, clips);
  const mixing = decoder.mix([{ first: 38, second: 39, weight: 0.5 }], clips);
  await expect(mixing).rejects.toMatchObject({ ...typeError, message: expect.stringContaining('slot 38') });
  await decoding;
  await decoder.mix([{ first: 38, second: 39, weight: 0.5 }], clips);
});

test('abort and close end the mixing under way', async () => {
  const decoder = addon.createClipDecoder(1);
  using clips = target(2, 1);
  using other = target(40, 1);
  const mixes = [{ first: 0, second: 1, weight: 0.5 }];
  const requests = Array.from({ length: 40 }, (_, slot) => ({ path: video, frames: [19], slot }));
  // The decoding is before it on the only thread.
  let decoding = decoder.decode(requests, other);
  let mixing = decoder.mix(mixes, clips);
  decoder.abort();
  await expect(decoding).rejects.toMatchObject({ name: 'AbortError' });
  await expect(mixing).rejects.toMatchObject({ name: 'AbortError', code: 'ABORT_ERR' });
  await decoder.mix(mixes, clips);
  decoding = decoder.decode(requests, other);
  mixing = decoder.mix(mixes, clips);
  decoder.close();
  await expect(decoding).rejects.toMatchObject({ name: 'AbortError' });
  await expect(mixing).rejects.toMatchObject({ name: 'AbortError' });
  expect(() => decoder.mix(mixes, clips)).toThrow('closed');
});

test('a tensor disposed during the mixing stays until it is over', async () => {
  using decoder = addon.createClipDecoder(1);
  const clips = target(2, 4);
  const mixing = decoder.mix([{ first: 0, second: 1, weight: 0.5 }], clips);
  clips.dispose();
  await mixing;
  expect(errorOf(() => decoder.mix([], clips))).toMatchObject(typeError);
});
