import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { MovinetError, OutputError, UsageError } from '../errors';

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

/**
 * Writes a folder whole or not at all: `fill` writes into a hidden one beside it, which takes its place, and that of an earlier one, when it is
 * complete. Throws {@link OutputError}.
 */
export async function writeExportFolder(folder: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  const target = resolve(folder);
  let temporary: string | undefined;
  try {
    await mkdir(dirname(target), { recursive: true });
    temporary = await mkdtemp(join(dirname(target), `.${basename(target)}-`));
    // In a folder of its own, as mkdtemp's may be entered by its owner only.
    const complete = join(temporary, 'complete');
    await mkdir(complete);
    await fill(complete);
    await putInPlace(complete, target, `${temporary}.earlier`);
  } catch (error) {
    if (error instanceof MovinetError) throw error;
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new OutputError(`The export cannot be written to ${folder}: ${reason}`, { cause: error });
  } finally {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
  }
}

/** The earlier folder is gone only when the new one stands. */
async function putInPlace(complete: string, target: string, earlier: string): Promise<void> {
  const replaces = existsSync(target);
  if (replaces) await rename(target, earlier);
  try {
    await rename(complete, target);
  } catch (error) {
    if (replaces) await rename(earlier, target);
    throw error;
  }
  await rm(earlier, { recursive: true, force: true });
}
