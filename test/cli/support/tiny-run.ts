import { join } from 'node:path';
import { train } from '../../../lib/cli/train';
import { runInProcess, type CommandOutcome } from './run-in-process';
import { TINY_CLIP, writeTinyBackbone, writeTinyVideos } from './tiny-material';

interface TinyMaterial {
  readonly videos: string;
  readonly backbone: string;
}

/** A run of `train` on tiny material, and what it was made from. */
export interface TinyRun extends TinyMaterial {
  readonly folder: string;
  readonly model: string;
  /** What the command wrote, with `--json`. */
  readonly outcome: CommandOutcome;
}

export function tinyTrainArguments({ videos, backbone }: TinyMaterial, out: string): string[] {
  return [
    ...['--data', videos, '--model', 'a0-stream-relu6', '--weights', backbone, '--out', out, ...TINY_CLIP],
    ...['--batch-size', '4', '--device', 'cpu'],
  ];
}

/** Makes the run in `folder/run`. */
export async function trainTinyRun(folder: string): Promise<TinyRun> {
  const material = { videos: await writeTinyVideos(folder), backbone: await writeTinyBackbone(folder) };
  const out = join(folder, 'run');
  const outcome = await runInProcess(train, [...tinyTrainArguments(material, out), '--json']);
  return { ...material, folder: out, model: join(out, 'model'), outcome };
}
