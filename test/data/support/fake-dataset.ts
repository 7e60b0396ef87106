import { predictedClasses, singleLabel } from '../../../lib/base/task';
import type { ClipBatch } from '../../../lib/data/clip-source';
import { VideoClipDataset, type VideoClipDatasetOptions } from '../../../lib/data/video-clip-dataset';
import type { VideoRow } from '../../../lib/data/lists/row';
import { type FakeVideo, FakeVideoAddon } from './fake-video-addon';

export const CLIP = { size: 2, frames: 3, frameStep: 10, batchSize: 4 };

/** Of videos that are all whole, long enough and of one frame rate. */
export const NOTHING_SPECIAL = {
  ...{ skipped: [], damaged: [], brokenOff: [], short: [], otherRates: [] },
  zeroFrames: 0,
};

interface Setup {
  addon: FakeVideoAddon;
  videos: VideoRow[];
  dataset: VideoClipDataset;
}

/** Video `i` is `/i.avi` of class `i % 3`, 100 frames long, its frame `f` of value `1000 · (i + 1) + f`. */
export function setup(
  count: number,
  options: Partial<VideoClipDatasetOptions> = {},
  changes: Record<number, Partial<FakeVideo>> = {},
): Setup {
  const all = Array.from(
    { length: count },
    (_, i) => [`/${i}.avi`, { content: 1000 * (i + 1), frames: 100, ...changes[i] }] as const,
  );
  const addon = new FakeVideoAddon(Object.fromEntries(all));
  const videos = all.map(([path], i) => ({ path, target: [i % 3] }));
  const dataset = new VideoClipDataset({
    ...CLIP,
    videos,
    task: singleLabel(['a', 'b', 'c']),
    addon,
    allocateTensor: addon.allocateTensor,
    ...options,
  });
  return { addon, videos, dataset };
}

interface Read {
  indices: number[];
  labels: number[];
  files: string[];
  /** For each clip the first pixel of each frame. */
  frames: number[][];
}

export async function readEpoch(
  dataset: VideoClipDataset,
  epoch: number,
  options?: Parameters<VideoClipDataset['batches']>[1],
): Promise<Read[]> {
  const batches: Read[] = [];
  for await (const batch of dataset.batches(epoch, options)) batches.push(take(batch));
  return batches;
}

export function take(batch: ClipBatch): Read {
  const data = batch.clips.data() as Float32Array;
  const [n, frames, height, width, channels] = batch.clips.shape as [number, number, number, number, number];
  const frameLength = height * width * channels;
  const clips = Array.from({ length: n }, (_, clip) =>
    Array.from({ length: frames }, (_, i) => data[(clip * frames + i) * frameLength] as number),
  );
  const read = {
    indices: [...batch.indices],
    labels: predictedClasses(batch.targets, batch.indices.length),
    files: [...batch.files],
    frames: clips,
  };
  batch.dispose();
  return read;
}

export const expectAllReleased = (addon: FakeVideoAddon): void => {
  expect({ tensors: addon.liveTensors, decoders: addon.openDecoders, running: addon.running }).toEqual({
    tensors: 0,
    decoders: 0,
    running: 0,
  });
};
