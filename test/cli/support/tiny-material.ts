import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SAMPLE_MOTIONS } from '../../../lib/sample/motions';
import { writeMotionDataset } from '../../../lib/sample/write-dataset';
import { architectureOf } from '../../../lib/movinet/describe-movinet';
import { isHead } from '../../../lib/movinet/architecture';
import { loadAddon } from '../../../lib/native/addon';
import { initialWeights } from '../../../lib/movinet/initialize';
import { seededUniform } from '../../../lib/model/classifier';
import { writeCheckpoint } from '../../../lib/formats/write-checkpoint';

export const TINY_CLIP = ['--size', '32', '--frames', '4', '--frame-step', '2'];

/** Two classes of motion, 4 train and 2 test clips each, in `folder/videos`. */
export async function writeTinyVideos(folder: string): Promise<string> {
  const root = join(folder, 'videos');
  const addon = loadAddon();
  await writeMotionDataset({
    root,
    motions: SAMPLE_MOTIONS.slice(0, 2),
    trainClipsPerMotion: 4,
    testClipsPerMotion: 2,
    seed: 1,
    size: 32,
    sampling: { frames: 4, every: { frames: 2 }, short: 'zero' },
    createVideoWriter: (path, options) => addon.createVideoWriter(path, options),
  });
  return root;
}

/** An untrained backbone as a checkpoint, `folder/backbone/ckpt`. */
export async function writeTinyBackbone(folder: string): Promise<string> {
  const prefix = join(folder, 'backbone', 'ckpt');
  if (existsSync(`${prefix}.index`)) return prefix;
  const architecture = architectureOf('a0-stream-relu6', 1);
  const weights = initialWeights(architecture, { uniform: seededUniform(0), reZero: 1 });
  await writeCheckpoint(loadAddon(), prefix, architecture, weights, (parameter) => !isHead(parameter));
  return prefix;
}
