import { join } from 'node:path';
import { singleLabel } from '../../lib/base/task';
import { cropBox } from '../../lib/data/augmentation/crop-box';
import { parseAugmentations } from '../../lib/data/augmentation/parse';
import type { ClipPlan } from '../../lib/data/clip-planner';
import { listVideoDataset } from '../../lib/data/lists/video-dataset';
import { rowsOfPart, type VideoRow } from '../../lib/data/lists/row';
import { VideoClipDataset, type VideoClipDatasetOptions } from '../../lib/data/video-clip-dataset';
import { loadAddon } from '../../lib/native/addon';
import { temporaryFolder } from '../io/support/temporary-folder';
import { describeWith, UCF101_CLIPS } from '../support/assets';

const addon = loadAddon();
const folder = temporaryFolder();
const SIZE = 32;
const VIDEOS = 5;
const CLIP = { size: SIZE, frames: 3, frameStep: 4, batchSize: VIDEOS };

/** Videos of `SIZE`² pixels, so that a plain clip has the frames as they are. */
async function videos(): Promise<VideoRow[]> {
  const rows = Array.from({ length: VIDEOS }, (_, i) => ({ path: join(folder(), `${i}.avi`), target: [i % 2] }));
  for (const [i, { path }] of rows.entries()) {
    const writer = await addon.createVideoWriter(path, { width: SIZE, height: SIZE, fps: 25, fourcc: 'MJPG' });
    for (let frame = 0; frame < 12; frame++) {
      const pixel = (at: number): number => {
        const [channel, x, y] = [at % 3, Math.floor(at / 3) % SIZE, Math.floor(at / 3 / SIZE)];
        return 128 + 100 * Math.sin((x * (1 + channel) + 2 * y + 7 * frame) / 9 + i);
      };
      await writer.write(Uint8Array.from({ length: SIZE * SIZE * 3 }, (_, at) => pixel(at)));
    }
    await writer.close();
  }
  return rows;
}

interface Epoch {
  plans: ClipPlan[];
  /** By the index of their row. */
  clips: Map<number, Float32Array>;
  targets: Map<number, number[]>;
}

async function readEpoch(rows: readonly VideoRow[], options: Partial<VideoClipDatasetOptions>): Promise<Epoch> {
  const dataset = new VideoClipDataset({
    ...{ videos: rows, task: singleLabel(['a', 'b']), addon, ...CLIP },
    allocateTensor: (dtype, shape) => addon.createTensor(dtype, shape),
    ...options,
  });
  const epoch: Epoch = { plans: await dataset.planner.plan(0), clips: new Map(), targets: new Map() };
  for await (const batch of dataset.batches(0)) {
    using owned = batch;
    const data = owned.clips.data() as Float32Array;
    const length = data.length / owned.indices.length;
    owned.indices.forEach((index, row) => {
      epoch.clips.set(index, data.slice(row * length, (row + 1) * length));
      epoch.targets.set(index, [...owned.targets.slice(2 * row, 2 * row + 2)]);
    });
  }
  return epoch;
}

/** A frame cropped, stretched to fill the square (bilinear, half-pixel centres), mirrored, and coloured. */
function transformed(frame: Float32Array, { transform = {} }: ClipPlan): number[] {
  const { crop, flip = false, colour } = transform;
  const [left, top, width, height] = (crop ? cropBox(crop, SIZE, SIZE) : [0, 0, 1, 1]).map((share) => share * SIZE);
  const taps = (at: number, begin = 0, length = SIZE) => {
    const place = Math.max(((at + 0.5) * length) / SIZE - 0.5, 0);
    const low = Math.min(Math.floor(place), length - 1);
    return { low: begin + low, high: begin + Math.min(low + 1, length - 1), share: place - low };
  };
  return Array.from({ length: SIZE * SIZE }, (_, i) => {
    const [column, y] = [i % SIZE, taps(Math.floor(i / SIZE), top, height)];
    const x = taps(flip ? SIZE - 1 - column : column, left, width);
    const mixed = [0, 1, 2].map((channel) => {
      const value = (row: number, at: number): number => frame[(row * SIZE + at) * 3 + channel] as number;
      const across = (row: number): number => value(row, x.low) * (1 - x.share) + value(row, x.high) * x.share;
      return across(y.low) * (1 - y.share) + across(y.high) * y.share;
    });
    if (colour === undefined) return mixed;
    return [0, 1, 2].map((row) => {
      const sum = [...mixed, 1].reduce((total, value, at) => total + value * (colour[4 * row + at] as number), 0);
      return Math.min(Math.max(sum, 0), 1);
    });
  }).flat();
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs((a[i] as number) - (b[i] as number)));
  return largest;
}

const training = { training: true, seed: 3 };

describe('augmented clips', () => {
  it.each(['crop', 'flip=1', 'colour', 'crop=0.05..0.5,flip,colour', 'grey=1,colour=1'])(
    'are the plain arithmetic on the plain frames: %s',
    async (text) => {
      const rows = await videos();
      const options = { ...training, augment: parseAugmentations(text) };
      const plain = await readEpoch(rows, training);
      const { plans, clips } = await readEpoch(rows, options);
      expect(clips.size).toBe(VIDEOS);
      for (const plan of plans) {
        const frames = plain.clips.get(plan.index)!;
        const length = frames.length / CLIP.frames;
        const expected = Array.from({ length: CLIP.frames }, (_, i) =>
          transformed(frames.subarray(i * length, (i + 1) * length), plan),
        ).flat();
        expect(largestDifference(clips.get(plan.index)!, expected)).toBeLessThan(1e-5);
        expect(largestDifference(clips.get(plan.index)!, frames)).toBeGreaterThan(0.01);
      }
    },
  );

  it('are the squares at both ends and in the middle of the longer side in three crops', async () => {
    const path = join(folder(), 'wide.avi');
    const writer = await addon.createVideoWriter(path, { width: 2 * SIZE, height: SIZE, fps: 25, fourcc: 'MJPG' });
    // Three stripes: 16 columns, 32, 16.
    const grey = (x: number): number => (x < SIZE / 2 ? 40 : x < (3 * SIZE) / 2 ? 120 : 200);
    const frame = Uint8Array.from({ length: 2 * SIZE * SIZE * 3 }, (_, at) => grey(Math.floor(at / 3) % (2 * SIZE)));
    for (let i = 0; i < 12; i++) await writer.write(frame);
    await writer.close();
    const source = new VideoClipDataset({
      ...{ videos: [{ path, target: [0] }], task: singleLabel(['a', 'b']), addon, ...CLIP, crops: 3 },
      allocateTensor: (dtype, shape) => addon.createTensor(dtype, shape),
    });
    expect([source.clipCount, source.deterministic]).toEqual([3, true]);
    for await (const batch of source.batches(0)) {
      using owned = batch;
      expect(owned.views).toEqual([0, 1, 2]);
      const data = owned.clips.data() as Float32Array;
      const length = data.length / 3;
      const greys = [0, 1, 2].map((view) =>
        [SIZE / 4, (3 * SIZE) / 4].map((x) => Math.round((data[view * length + x * 3] ?? NaN) * 25.5) * 10),
      );
      expect(greys).toEqual([
        [40, 120],
        [120, 120],
        [120, 200],
      ]);
    }
  });

  it.each(['mixUp', 'cutMix'] as const)('%s: two clips of the plain ones, and so are their targets', async (kind) => {
    const rows = await videos();
    const plain = await readEpoch(rows, training);
    const { plans, clips, targets } = await readEpoch(rows, { ...training, augment: [{ kind, alpha: 1 }] });
    const single = plans.at(-1)!.index;
    expect(clips.get(single)).toEqual(plain.clips.get(single));
    for (let pair = 0; pair + 1 < VIDEOS; pair += 2) {
      const [first, second] = [plans[pair]!.index, plans[pair + 1]!.index];
      const { blend } = plans[pair]!;
      const [a, b] = [plain.clips.get(first)!, plain.clips.get(second)!];
      const mixed = clips.get(first)!;
      const share = kind === 'mixUp' ? blend!.weight : mixed.filter((value, i) => value === a[i]).length / a.length;
      if (kind === 'mixUp') {
        const expected = a.map((value, i) => share * value + (1 - share) * (b[i] as number));
        expect(largestDifference(mixed, expected)).toBeLessThan(1e-6);
      } else expect(mixed.every((value, i) => value === a[i] || value === b[i])).toBe(true);
      const sum = (index: number): number[] => targets.get(index)!;
      const own = rows[first]!.target[0]!;
      const expected = [0, 0];
      expected[own]! += share;
      expected[rows[second]!.target[0]!]! += 1 - share;
      // A pixel of a box may have the same value in both clips.
      sum(first).forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(0.03));
    }
  });
});

describeWith(UCF101_CLIPS)('augmented clips of UCF101', () => {
  it('all decode, in [0, 1], the same from the same seed whatever the number of threads', async () => {
    const set = await listVideoDataset(UCF101_CLIPS, { split: { kind: 'ucf101' } });
    const rows = rowsOfPart(set.rows, 'train').filter((_, i) => i % 9 === 0);
    const augment = parseAugmentations('standard,grey,speed,mixup,cutmix');
    const read = async (threads: number): Promise<Float32Array[]> => {
      const source = new VideoClipDataset({
        ...{ videos: rows, task: set.task, addon, size: 64, decodeThreads: threads, training: true, seed: 1, augment },
        allocateTensor: (dtype, shape) => addon.createTensor(dtype, shape),
      });
      const batches: Float32Array[] = [];
      for await (const batch of source.batches(0)) {
        using owned = batch;
        batches.push(Float32Array.from(owned.clips.data() as Float32Array));
        for (let row = 0; row < owned.indices.length; row++) {
          const target = owned.targets.subarray(row * 6, row * 6 + 6);
          expect(target.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
        }
      }
      expect(source.report).toMatchObject({ skipped: [], damaged: [], brokenOff: [] });
      return batches;
    };
    const [one, two] = [await read(1), await read(2)];
    expect(one).toHaveLength(2);
    for (const [i, batch] of one.entries()) {
      expect(Buffer.compare(Buffer.from(batch.buffer), Buffer.from(two[i]!.buffer))).toBe(0);
      expect(batch.every((value) => value >= 0 && value <= 1)).toBe(true);
    }
  });
});
