import { join } from 'node:path';
import { loadAddon } from '../../lib/native/addon';
import type { NativeTensor } from '../../lib/native/tensor';
import type { ClipRequest } from '../../lib/native/video';
import { suiteFolder } from '../support/suite-folder';
import { allFrames, errorOf, frame, frameValues, size, target, typeError, values, writeVideo } from './support/video';

const addon = loadAddon();
const { path: folder } = suiteFolder();
const video = join(folder, 'video.avi');
beforeAll(() => writeVideo(video, 20));

function manyRequests(count: number): ClipRequest[] {
  return Array.from({ length: count }, (_, slot) => ({ path: video, frames: [19], slot }));
}

test('decodes clips into their slots', async () => {
  const all = await allFrames(video);
  const decoder = addon.createClipDecoder(2);
  const batch = target(4, 2);
  values(batch).fill(-1);
  const results = await decoder.decode(
    [
      { path: video, frames: [2, 7], slot: 3 },
      { path: video, frames: [19, 20], slot: 0 },
      { path: join(folder, 'none.avi'), frames: [0, 1], slot: 1 },
    ],
    batch,
  );
  expect(results).toEqual([
    { ok: true, decodedFrames: 2, damagedPackets: 0 },
    { ok: true, decodedFrames: 1, damagedPackets: 0, endsAt: 20 },
    { ok: false, error: expect.stringContaining('none.avi: No such file') },
  ]);
  const zeros = new Array<number>(frameValues).fill(0);
  expect(frame(batch, 6)).toEqual(frame(all, 2));
  expect(frame(batch, 7)).toEqual(frame(all, 7));
  expect(frame(batch, 0)).toEqual(frame(all, 19));
  expect(frame(batch, 1)).toEqual(zeros);
  expect(frame(batch, 2)).toEqual(zeros);
  expect(frame(batch, 4)).toEqual(zeros.map(() => -1));
  decoder.close();
});

test('abort rejects the calls under way with an AbortError and no others', async () => {
  const decoder = addon.createClipDecoder(1);
  const batch = target(300, 1);
  const pending = decoder.decode(manyRequests(300), batch);
  decoder.abort();
  await expect(pending).rejects.toMatchObject({ name: 'AbortError', code: 'ABORT_ERR' });
  await expect(decoder.decode(manyRequests(1), batch)).resolves.toEqual([
    { ok: true, decodedFrames: 1, damagedPackets: 0 },
  ]);
  const closing = decoder.decode(manyRequests(300), batch);
  decoder.close();
  await expect(closing).rejects.toMatchObject({ name: 'AbortError' });
  expect(() => decoder.decode(manyRequests(1), batch)).toThrow('closed');
});

test('a tensor disposed during decoding stays until the decoding is over', async () => {
  const decoder = addon.createClipDecoder(1);
  const batch = target(30, 1);
  const before = addon.liveCounts().tensors;
  const pending = decoder.decode(manyRequests(30), batch);
  batch.dispose();
  expect(await pending).toHaveLength(30);
  // Those of earlier tests may have been collected meanwhile.
  expect(addon.liveCounts().tensors).toBeLessThan(before);
  expect(errorOf(() => decoder.decode(manyRequests(1), batch))).toMatchObject(typeError);
  decoder.close();
});

test('the event loop goes on during decoding', async () => {
  const decoder = addon.createClipDecoder(1);
  const state = { done: false };
  const pending = decoder.decode(manyRequests(100), target(100, 1)).finally(() => (state.done = true));
  let turns = 0;
  while (!state.done) {
    await new Promise(setImmediate);
    turns++;
  }
  await pending;
  expect(turns).toBeGreaterThan(10);
  decoder.close();
});

test('refuses arguments that make no sense', async () => {
  const decoder = addon.createClipDecoder(1);
  const good = manyRequests(1)[0]!;
  const bad: [object, string][] = [
    [{ frames: [-2] }, 'frames'],
    [{ frames: [0.5] }, 'frames'],
    [{ frames: [NaN] }, 'frames'],
    [{ frames: 2 }, 'frames'],
    [{ frames: [] }, 'frames'],
    [{ frames: [0, 1] }, 'frames'],
    [{ table: [] }, 'table'],
    [{ slot: 2 }, 'slot'],
    [{ path: '' }, 'path'],
    [{ path: 'a\0b' }, 'path'],
    [{ path: undefined }, 'path'],
  ];
  for (const [change, name] of bad) {
    // What does not fit the batch shows when the batch is looked at.
    const refused = (async () => await decoder.decode([{ ...good, ...change }], target(2, 1)))();
    await expect(refused).rejects.toMatchObject({ name: 'TypeError', message: expect.stringContaining(name) });
  }
  await expect(decoder.decode([good, good], target(2, 1))).rejects.toThrow('slot 0');
  expect(() => decoder.decode([good], {} as NativeTensor)).toThrow('Expected a Tensor');
  for (const shape of [
    [1, 1, size, size],
    [1, 1, size, size + 1, 3],
    [1, 1, size, size, 4],
    [0, 1, size, size, 3],
  ]) {
    expect(() => decoder.decode([good], addon.createTensor('float32', shape))).toThrow('float32 or uint8 tensor');
  }
  expect(() => decoder.decode([good], addon.createTensor('int32', [1, 1, size, size, 3]))).toThrow(
    'float32 or uint8 tensor',
  );
  expect(errorOf(() => addon.createClipDecoder(0))).toMatchObject(typeError);
  for (const options of [
    { maxPixels: 0 },
    { maxPixels: 2 ** 27 },
    { pixelAspect: 1 },
    { allowPlaylists: 'yes' },
  ] as object[])
    expect(errorOf(() => addon.createClipDecoder(1, options))).toMatchObject(typeError);
  expect(errorOf(() => addon.indexVideos([video], 0))).toMatchObject(typeError);
  decoder.close();
});
