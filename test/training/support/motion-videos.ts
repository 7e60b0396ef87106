import { join } from 'node:path';
import { SAMPLE_MOTIONS } from '../../../lib/sample/motions';
import { writeMotionDataset } from '../../../lib/sample/write-dataset';
import { addon } from './brightness';

/** How their clips are cut: each has exactly the frames of one. */
export const VIDEO_CLIP = { size: 32, frames: 2, frameStep: 3, short: 'zero' } as const;

/** Two classes of real videos, in folders below the one that it returns: 9 of each to train on, 2 to evaluate. */
export async function writeMotionVideos(folder: string): Promise<string> {
  const { size, frames, frameStep, short } = VIDEO_CLIP;
  const { root } = await writeMotionDataset({
    ...{ root: join(folder, 'videos'), motions: SAMPLE_MOTIONS.slice(0, 2), seed: 1, size },
    ...{ trainClipsPerMotion: 9, testClipsPerMotion: 2, sampling: { frames, every: { frames: frameStep }, short } },
    createVideoWriter: (path, video) => addon.createVideoWriter(path, video),
  });
  return root;
}
