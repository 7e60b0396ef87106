import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { singleLabel } from '../../../lib/base/task';
import { createModel, type MovinetModel } from '../../../lib/model/movinet-model';
import { architectureOf } from '../../../lib/movinet/describe-movinet';
import { loadAddon, type Addon } from '../../../lib/native/addon';
import { referenceWeights } from '../../../scripts/parity/reference-weights';
import { writeTinyVideos } from '../../cli/support/tiny-material';

export const TINY_CLIP = { size: 32, frames: 4, every: { frames: 2 }, short: 'zero' } as const;

/** Four videos of two classes in a folder, and an untrained model of theirs. */
export async function tinyMaterial(folder: string): Promise<{ files: string[]; model: MovinetModel }> {
  const root = await writeTinyVideos(folder);
  const classes = readdirSync(join(root, 'train')).sort();
  const files = classes.flatMap((name) =>
    readdirSync(join(root, 'test', name)).map((file) => join(root, 'test', name, file)),
  );
  const id = 'a0-stream-relu6';
  const weights = referenceWeights(architectureOf(id, classes.length));
  return { files, model: createModel({ id, task: singleLabel(classes), clip: TINY_CLIP }, weights) };
}

/** The addon, counting what its functions are called for. */
export function countingAddon(): { addon: Addon; calls: Record<string, number> } {
  const calls: Record<string, number> = {};
  const addon = new Proxy(loadAddon(), {
    get(target, name: keyof Addon) {
      const value: (...args: never[]) => unknown = target[name];
      return (...args: never[]): unknown => {
        calls[name] = (calls[name] ?? 0) + 1;
        return value.apply(target, args);
      };
    },
  });
  return { addon, calls };
}
