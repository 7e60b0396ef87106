import { cacheFolder } from '../io/cache-folder';
import { SAMPLE_MOTIONS } from './motions';
import { type WrittenMotionDataset, writeMotionDataset } from './write-dataset';
import type { Addon } from '../native/addon';
import { SAMPLE_SETTINGS } from './settings';

/** The embedded sample's videos, as class folders below `train/` and `test/` in the user's cache; written on the first call. */
export function writeSampleClips(
  addon: Addon,
  options: { onProgress?: (written: number, total: number) => void; signal?: AbortSignal } = {},
): Promise<WrittenMotionDataset> {
  const { trainClipsPerMotion, testClipsPerMotion, clipSeed, size, frames, frameStep } = SAMPLE_SETTINGS;
  return writeMotionDataset({
    root: cacheFolder('sample', 'motion-clips'),
    motions: SAMPLE_MOTIONS,
    trainClipsPerMotion,
    testClipsPerMotion,
    seed: clipSeed,
    size,
    sampling: { frames, every: { frames: frameStep }, short: 'zero' },
    createVideoWriter: (path, video) => addon.createVideoWriter(path, video),
    ...options,
  });
}
