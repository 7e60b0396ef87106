import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { UsageError } from '../../base/errors';

/** What every folder of this library's models has. */
const MODEL_MARK = join('assets.extra', 'movinet.json');

/** The files of an exported checkpoint. */
const CHECKPOINT_FILES = ['checkpoint', 'ckpt-1.data-00000-of-00001', 'ckpt-1.index', 'classes.txt'];

/**
 * Refuses to replace what is not an earlier export. Throws {@link UsageError}: for a file, for a folder of other things (allowed by `force`), and,
 * `force` or not, for a folder that holds the model itself or lies in it.
 */
export async function checkExportFolder(
  folder: string,
  modelFolder: string | undefined,
  force: boolean,
): Promise<void> {
  const target = resolve(folder);
  if (modelFolder !== undefined && (contains(target, resolve(modelFolder)) || contains(resolve(modelFolder), target))) {
    throw new UsageError(`${folder} cannot be written: the model itself is there; export to another folder`);
  }
  let names: string[];
  try {
    names = await readdir(target);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // What else is in the way is found where it is written.
    if (code === 'ENOENT') return;
    throw new UsageError(`${folder} cannot be written: it is no folder that can be read (${code ?? String(error)})`);
  }
  const earlier = existsSync(join(target, MODEL_MARK)) || names.sort().join() === CHECKPOINT_FILES.join();
  if (names.length > 0 && !earlier && !force) {
    throw new UsageError(
      `${folder} is neither empty nor an earlier export: name another folder, or --force to replace it`,
    );
  }
}

function contains(folder: string, path: string): boolean {
  const steps = relative(folder, path);
  return steps === '' || !(steps === '..' || steps.startsWith(`..${sep}`));
}
