import { join } from 'node:path';
import { loadAddon } from '../../lib/native/addon';
import type { NativeTensor } from '../../lib/native/tensor';
import type { FrameTransform } from '../../lib/native/video';
import { suiteFolder } from '../support/suite-folder';
import { errorOf, typeError } from './support/video';

const addon = loadAddon();
const { path: folder } = suiteFolder();
const video = join(folder, 'square.avi');
/** The video's frames are squares of this side, so that decoding to it changes no pixel. */
const SIDE = 40;
const FRAMES = 3;

beforeAll(async () => {
  const writer = await addon.createVideoWriter(video, { width: SIDE, height: SIDE, fps: 10, fourcc: 'MJPG' });
  for (let k = 0; k < FRAMES; k++)
    await writer.write(
      Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => (i * 7 + ((i * i) % 1013) + k * 31) % 256),
    );
  await writer.close();
});

async function decode(
  size: number,
  transform?: FrameTransform,
  { frames = [0, 1, 2], dtype = 'float32' }: { frames?: number[]; dtype?: 'float32' | 'uint8' } = {},
): Promise<number[]> {
  using decoder = addon.createClipDecoder(1);
  using batch = addon.createTensor(dtype, [1, FRAMES, size, size, 3]);
  const request = { path: video, frames, slot: 0 };
  const results = await decoder.decode([transform === undefined ? request : { ...request, transform }], batch);
  expect(results).toMatchObject([{ ok: true }]);
  return [...(batch.data() as Float32Array | Uint8Array)];
}

const f = Math.fround;

/** As the addon should: the part [left, top, width, height] of frame `k` of `pixels` to size², in float32 steps. */
function resized(pixels: number[], k: number, [left, top, width, height]: number[], size: number): number[] {
  const tap = (i: number, length: number): [number, number, number] => {
    const position = f(f(f(i + 0.5) * f(length / size)) - 0.5);
    const lower = Math.floor(position);
    return [Math.max(lower, 0), Math.min(Math.ceil(position), length - 1), f(position - lower)];
  };
  const mix = (a: number, b: number, weight: number): number => f(a + f(f(b - a) * weight));
  const at = (y: number, x: number, c: number): number =>
    pixels[((k * SIDE + top! + y) * SIDE + left! + x) * 3 + c] as number;
  const output: number[] = [];
  for (let y = 0; y < size; y++) {
    const [upper, lower, down] = tap(y, height!);
    for (let x = 0; x < size; x++) {
      const [before, after, across] = tap(x, width!);
      for (let c = 0; c < 3; c++) {
        const row = (line: number): number => mix(at(line, before, c), at(line, after, c), across);
        output.push(mix(row(upper), row(lower), down));
      }
    }
  }
  return output;
}

function mirrored(square: number[], size: number): number[] {
  return square.map((_, i) => {
    const [row, column] = [Math.floor(i / (size * 3)), Math.floor(i / 3) % size];
    return square[(row * size + (size - 1 - column)) * 3 + (i % 3)] as number;
  });
}

function coloured(square: number[], matrix: readonly number[]): number[] {
  return square.map((_, i) => {
    const [r, g, b] = square.slice(i - (i % 3), i - (i % 3) + 3) as [number, number, number];
    const [m0, m1, m2, m3] = matrix.slice((i % 3) * 4).map(f) as [number, number, number, number];
    return Math.min(Math.max(f(f(f(f(m0 * r) + f(m1 * g)) + f(m2 * b)) + m3), 0), 1);
  });
}

const COLOUR = [0.9, 0.2, -0.1, 0.05, -0.3, 1.4, 0, 0.1, 0, 0, 0.5, 0.25];

test('each frame is cropped, mirrored and coloured as plain loops do it', async () => {
  const pixels = await decode(SIDE);
  const frames = [0, 1, 2];
  const box = [7, 10, 21, 29];
  const crop = [7 / SIDE, 10 / SIDE, 21 / SIDE, 29 / SIDE] as const;
  const cropped = frames.map((k) => resized(pixels, k, box, 24));
  expect(await decode(24, { crop })).toEqual(cropped.flat());
  expect(await decode(24, { crop, flip: true })).toEqual(cropped.flatMap((square) => mirrored(square, 24)));
  expect(await decode(24, { crop, flip: true, colour: COLOUR })).toEqual(
    cropped.flatMap((square) => coloured(mirrored(square, 24), COLOUR)),
  );
  const whole = frames.map((k) => resized(pixels, k, [0, 0, SIDE, SIDE], 17));
  expect(await decode(17, { colour: COLOUR })).toEqual(whole.flatMap((square) => coloured(square, COLOUR)));
  expect(await decode(17, { flip: false })).toEqual(whole.flat());
  expect(await decode(17, {})).toEqual(whole.flat());
});

test('bytes are the rounded floats', async () => {
  const transform = { crop: [0.1, 0, 0.5, 0.9], flip: true, colour: COLOUR } as const;
  const floats = await decode(19, transform);
  expect(await decode(19, transform, { dtype: 'uint8' })).toEqual(floats.map((value) => Math.round(f(value * 255))));
});

test('zero frames stay zero, whatever the colour', async () => {
  const white = [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1];
  const clip = await decode(8, { colour: white }, { frames: [-1, 1, 99] });
  const one = 8 * 8 * 3;
  expect(clip).toEqual(clip.map((_, i) => (i >= one && i < 2 * one ? 1 : 0)));
});

test('each clip of a batch has a transform of its own', async () => {
  using decoder = addon.createClipDecoder(2);
  using batch = addon.createTensor('float32', [3, 1, 16, 16, 3]);
  const request = (slot: number, transform?: FrameTransform) => ({
    ...{ path: video, frames: [2], slot },
    ...(transform ? { transform } : {}),
  });
  const crop = [0.5, 0.5, 0.5, 0.5] as const;
  await decoder.decode([request(0), request(1, { flip: true }), request(2, { crop })], batch);
  const slot = (index: number): number[] => [...(batch.data() as Float32Array)].slice(index * 768, (index + 1) * 768);
  const pixels = await decode(SIDE);
  expect(slot(0)).toEqual(resized(pixels, 2, [0, 0, SIDE, SIDE], 16));
  expect(slot(1)).toEqual(mirrored(slot(0), 16));
  expect(slot(2)).toEqual(resized(pixels, 2, [20, 20, 20, 20], 16));
});

test('refuses transforms that make no sense, by the name of what is wrong', async () => {
  using decoder = addon.createClipDecoder(1);
  using batch: NativeTensor = addon.createTensor('float32', [1, 1, 8, 8, 3]);
  const bad: [unknown, string][] = [
    [null, 'transform'],
    ['flip', 'transform'],
    [{ crop: [0, 0, 1] }, 'crop'],
    [{ crop: [0, 0, 1, 1, 1] }, 'crop'],
    [{ crop: [0, 0, 1, NaN] }, 'crop'],
    [{ crop: [0, 0, 1, '1'] }, 'crop'],
    [{ crop: null }, 'crop'],
    [{ crop: [-0.1, 0, 1, 1] }, 'crop'],
    [{ crop: [0, 0.5, 1, 0.51] }, 'crop'],
    [{ crop: [0, 0, 0, 1] }, 'crop'],
    [{ crop: new Float64Array(4) }, 'crop'],
    [{ flip: 1 }, 'flip'],
    [{ flip: null }, 'flip'],
    [{ colour: COLOUR.slice(1) }, 'colour'],
    [{ colour: [...COLOUR.slice(1), Infinity] }, 'colour'],
    [{ colour: [...COLOUR.slice(1), 1e39] }, 'colour'],
    [{ colour: [] }, 'colour'],
  ];
  for (const [transform, name] of bad) {
    const request = { path: video, frames: [0], slot: 0, transform: transform as FrameTransform };
    const refused = (async () => await decoder.decode([request], batch))();
    await expect(refused).rejects.toMatchObject({ ...typeError, message: expect.stringContaining(name) });
  }
  const throws = {
    get crop(): never {
      throw new Error('no crop');
    },
  };
  expect(
    errorOf(() => decoder.decode([{ path: video, frames: [0], slot: 0, transform: throws }], batch)),
  ).toMatchObject({
    message: 'no crop',
  });
});
