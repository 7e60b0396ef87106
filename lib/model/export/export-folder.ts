import { readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { UsageError } from '../../base/errors';
import { exists } from '../../io/look';
import { isModelFolder } from '../model-folder';

/** The files of an exported frozen graph, and of a checkpoint. */
const FILES = [
  ['classes.txt', 'frozen_graph.pb', 'signature.json'],
  ['checkpoint', 'ckpt-1.data-00000-of-00001', 'ckpt-1.index', 'classes.txt'],
];

/** Whether a folder is what this library exported: a model, or a frozen graph or a checkpoint with its classes and nothing else. */
export async function isEarlierExport(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  return (await isModelFolder(folder)) || FILES.some((files) => names.sort().join() === files.join());
}

/** Throws {@link UsageError} for a file, and for a folder that is neither empty nor an earlier export (allowed by `anything`). */
export async function refuseToReplace(folder: string, overwrite: 'export' | 'anything'): Promise<void> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    // What is in the way above it is found where it is written.
    if (!(await exists(folder))) return;
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`${folder} cannot be written: it is no folder that can be read (${code ?? String(error)})`);
  }
  if (names.length > 0 && overwrite === 'export' && !(await isEarlierExport(folder))) {
    throw new UsageError(
      `${folder} is neither empty nor an earlier export: name another folder, or give \`overwrite: 'anything'\` to replace it`,
    );
  }
}

/** Throws {@link UsageError} for a folder that holds what the model is read from, or lies in it: nothing makes it right to replace that. */
export async function refuseOwnModel(folder: string, source: string): Promise<void> {
  const [target, model] = [await withoutLinks(resolve(folder)), await withoutLinks(resolve(source))];
  if (contains(target, model) || contains(model, target)) {
    throw new UsageError(`${folder} cannot be written: the model itself is there; export to another folder`);
  }
}

/** Where an absolute path, of which the end need not exist, really lies. */
async function withoutLinks(path: string): Promise<string> {
  const parent = dirname(path);
  return realpath(path).catch(async () => (parent === path ? path : join(await withoutLinks(parent), basename(path))));
}

function contains(folder: string, path: string): boolean {
  const steps = relative(folder, path);
  return steps === '' || !(steps === '..' || steps.startsWith(`..${sep}`));
}
