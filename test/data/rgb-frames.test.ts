import fc from 'fast-check';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SHORT_VIDEOS, type ClipSpec } from '../../lib/base/clip';
import { UsageError } from '../../lib/base/errors';
import { derive } from '../../lib/base/random';
import { Turn } from '../../lib/base/turn';
import { decodeClips } from '../../lib/data/clip-decoding';
import type { ClipPlan } from '../../lib/data/clip-planner';
import { isTooNarrow, ResizeWithPad } from '../../lib/data/resize-with-pad';
import { checkRgbFrames, cutRgbClips, type RgbFrames } from '../../lib/data/rgb-frames';
import { VideoIndexer } from '../../lib/data/video/video-indexer';
import { loadAddon } from '../../lib/native/addon';
import { expectNoMoreThan } from '../inference/support/live-counts';
import { suiteFolder } from '../support/suite-folder';

const addon = loadAddon();
const { path: folder } = suiteFolder();
const allocateTensor = addon.createTensor.bind(addon);
const decoder = addon.createClipDecoder(1, { pictureRate: 10 });
afterAll(() => decoder.close());
let folders = 0;

function noise(count: number, width: number, height: number, seed = 1): RgbFrames {
  const random = derive(seed);
  const frames = Uint8Array.from({ length: count * width * height * 3 }, () => Math.floor(256 * random.float()));
  return { frames, width, height, frameRate: 10 };
}

/** The same video as a folder of pictures, which lose nothing. */
function onDisk({ frames, width, height }: RgbFrames): string {
  const path = join(folder, `video-${folders++}`);
  mkdirSync(path);
  const bytes = width * height * 3;
  for (let i = 0; i < frames.length / bytes; i++) {
    const head = Buffer.from(`P6\n${width} ${height}\n255\n`);
    writeFileSync(join(path, `${i}.ppm`), Buffer.concat([head, frames.subarray(i * bytes, (i + 1) * bytes)]));
  }
  return path;
}

it('is resized as by the decoder, bit for bit', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 90 }),
      fc.integer({ min: 1, max: 90 }),
      fc.integer({ min: 1, max: 70 }),
      async (width, height, size) => {
        fc.pre(!isTooNarrow(width, height, size));
        const video = noise(1, width, height, width * 100 + height);
        using decoded = addon.createTensor('float32', [1, 1, size, size, 3]);
        const [result] = await decoder.decode([{ path: onDisk(video), frames: [0], slot: 0 }], decoded);
        expect(result).toMatchObject({ ok: true, decodedFrames: 1 });
        const resized = new Float32Array(size * size * 3);
        await new ResizeWithPad(size, width, height).apply(video.frames, resized, new Turn());
        expect(Buffer.from(resized.buffer).equals(bytesOf(decoded.data() as Float32Array))).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
});

function bytesOf(values: Float32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

const squares: readonly ClipPlan['transform'][] = [
  undefined,
  ...[0, 0.5, 1].map((along) => ({ crop: { kind: 'square', along } as const })),
];

describe.each(SHORT_VIDEOS)('where a short video is filled by %s', (short) => {
  it.each([
    ['frames', { frames: 3 }],
    ['time', { seconds: 0.25 }],
  ] as const)('is cut by %s as the same frames of a file are', async (_, every) => {
    const clip: ClipSpec = { size: 24, frames: 4, every, short };
    for (const [count, width, height] of [
      [30, 40, 23],
      [6, 17, 31],
      [1, 24, 24],
    ] as const) {
      const video = noise(count, width, height, count);
      const path = onDisk(video);
      const plans = squares.map((transform, index): ClipPlan => {
        return { index, view: 0, path, position: index / 4, ...(transform && { transform }) };
      });
      const reading = { pictureRate: 10 };
      const indexer = new VideoIndexer([path], { addon, cache: false, reading });
      const file = await decodeClips(plans, { clip, addon, indexer, decoder, allocateTensor });
      const memory = await cutRgbClips(
        plans.map((plan) => ({ plan, video })),
        { clip, allocateTensor },
      );
      const [{ clips: expected, ...facts }, { clips, ...ours }] = [file.decoded!, memory.decoded!];
      using first = expected;
      using second = clips;
      expect(ours).toEqual(facts);
      expect(bytesOf(second.data() as Float32Array).equals(bytesOf(first.data() as Float32Array))).toBe(true);
    }
  });
});

it.each<[string, number, number]>([
  ['resized', 40, 23],
  ['of their own size', 24, 24],
  ['padded alone', 24, 17],
  ['of which each third pixel is taken', 72, 54],
])('becomes the bytes of a file that are the same frames, rounded: %s', async (_, width, height) => {
  const clip: ClipSpec = { size: 24, frames: 4, every: { frames: 3 }, short: 'zero' };
  const video = noise(9, width, height);
  const path = onDisk(video);
  const plan: ClipPlan = { index: 0, view: 0, path, position: 0 };
  const indexer = new VideoIndexer([path], { addon, cache: false, reading: { pictureRate: 10 } });
  const tools = { clip, addon, indexer, decoder, allocateTensor };
  const [floats, bytes] = [
    await decodeClips([plan], tools),
    await decodeClips([plan], { ...tools, pixels: 'uint8' as const }),
  ];
  const memory = await cutRgbClips([{ plan, video }], { clip, pixels: 'uint8', allocateTensor });
  using exact = floats.decoded!.clips;
  using rounded = bytes.decoded!.clips;
  using ours = memory.decoded!.clips;
  expect([rounded.dtype, ours.dtype]).toEqual(['uint8', 'uint8']);
  expect(4 * rounded.byteLength).toBe(exact.byteLength);
  expect(ours.data()).toEqual(rounded.data());
  const furthest = (rounded.data() as Uint8Array).reduce((most, byte, i) => {
    return Math.max(most, Math.abs(Math.fround(byte * Math.fround(1 / 255)) - (exact.data()[i] as number)));
  }, 0);
  if (width % clip.size === 0) expect(furthest).toBe(0);
  else expect(Math.abs(furthest - 0.5 / 255)).toBeLessThan(1e-4);
});

it('says what stands in the way of a clip, as of a file, and leaves it out', async () => {
  const clip: ClipSpec = { size: 8, frames: 2, every: { frames: 1 }, short: 'zero' };
  const { tensors } = addon.liveCounts();
  const plan = { index: 3, view: 0, path: 'mine', position: { frame: 9 } };
  const one = await cutRgbClips([{ plan, video: noise(9, 8, 8) }], { clip, allocateTensor });
  expect(one).toEqual({
    broken: [{ index: 3, view: 0, path: 'mine', reason: 'it has 9 frames: there is no frame 9 to start at' }],
    damaged: [],
    brokenOff: [],
  });
  const narrow = { plan: { ...plan, position: 0 }, video: noise(1, 1, 20) };
  const { broken } = await cutRgbClips([narrow], { clip, allocateTensor });
  expect(broken[0]?.reason).toBe('a frame of 1 × 20 is too narrow to be resized to 8 × 8');
  await expectNoMoreThan({ tensors });
});

it('frees the batch when it is aborted', async () => {
  const clip: ClipSpec = { size: 8, frames: 2, every: { frames: 1 }, short: 'zero' };
  const { tensors } = addon.liveCounts();
  const plan = { index: 0, view: 0, path: 'mine', position: 0 };
  const reason = new Error('enough');
  const cut = cutRgbClips([{ plan, video: noise(2, 8, 8) }], { clip, allocateTensor }, AbortSignal.abort(reason));
  await expect(cut).rejects.toBe(reason);
  await expectNoMoreThan({ tensors });
});

it.each([
  [{ width: 0 }, /^The width of frames must be an integer of at least 1, got 0$/],
  [{ height: NaN }, /^The height of frames must be an integer of at least 1, got NaN$/],
  [{ width: 1.5 }, /width/],
  [{ height: undefined }, /height/],
  [{ frames: [1, 2, 3] }, /^Frames are given as a Uint8Array of RGB bytes$/],
  [{ frames: new Uint8Array(0) }, /0 are no whole number of frames above 0$/],
  [{ frames: new Uint8Array(13) }, /^Frames of 2 × 2 pixels take 12 bytes each: 13 are no whole number/],
  [{ frameRate: 0 }, /^The frameRate of frames must be above 0, got 0$/],
  [{ frameRate: Infinity }, /frameRate/],
  [{ name: 4 }, /^The name of frames must be text, got number$/],
  [{ fps: 25 }, /^Frames have no option fps: expected frames, width, height, frameRate, name$/],
])('is refused: %j', (wrong, message) => {
  const right = { frames: new Uint8Array(24), width: 2, height: 2, frameRate: 25, name: 'mine' };
  expect(checkRgbFrames(right, { every: { seconds: 1 } })).toBe(right);
  expect(() => checkRgbFrames({ ...right, ...wrong }, { every: { frames: 1 } })).toThrow(UsageError);
  expect(() => checkRgbFrames({ ...right, ...wrong }, { every: { frames: 1 } })).toThrow(message);
});

it('needs a frame rate for clips by time', () => {
  const video = { frames: new Uint8Array(12), width: 2, height: 2 };
  expect(() => checkRgbFrames(video, { every: { seconds: 1 } })).toThrow(
    /^Clips are cut by time: say the frameRate of the frames$/,
  );
});
