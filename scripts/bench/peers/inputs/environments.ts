import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MovinetError } from '../../../../lib/base/errors';
import { cacheFolder } from '../../../../lib/io/cache-folder';
import { makeFolder } from '../../../../lib/io/folders';
import { FolderLock } from '../../../../lib/io/guard/folder-lock';
import { exists } from '../../../../lib/io/look';
import { writeFileWhole } from '../../../../lib/io/whole-file';

export const PYTHON_SCRIPTS = join(__dirname, '..', '..', '..', 'python');

/** The pinned requirements of an environment. */
export function environmentFile(name: string): string {
  return name === 'official'
    ? join(PYTHON_SCRIPTS, 'requirements.txt')
    : join(PYTHON_SCRIPTS, 'peers', 'requirements', `${name}.txt`);
}

/** Its last file: an environment without it was not made to the end. */
const COMPLETE = 'complete';

export interface EnvironmentOptions {
  /** The interpreter that environments are made with. */
  readonly python: string;
  /** Where environments are. Default: in the user's cache folder. */
  readonly folder?: string;
  /** Called where the environment has to be made, which takes minutes. */
  readonly onMake?: (name: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The interpreter of an environment with its requirements, made where there is none; one that was interrupted goes on. Another list of requirements is another
 * environment. Throws {@link MovinetError} that says why it cannot be had.
 */
export async function pythonOf(name: string, options: EnvironmentOptions): Promise<string> {
  const { python, folder: parent = cacheFolder('peers'), onMake, signal } = options;
  const requirements = environmentFile(name);
  const digest = createHash('sha256')
    .update(python)
    .update(await readFile(requirements))
    .digest('hex');
  const folder = join(parent, `${name}-${digest.slice(0, 12)}`);
  const interpreter = join(folder, 'bin', 'python');
  const complete = join(folder, COMPLETE);
  if (await exists(complete)) return interpreter;
  onMake?.(name);
  await makeFolder(folder);
  const lock = await FolderLock.take(folder);
  try {
    await run(python, ['-m', 'venv', folder], signal);
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '-r', requirements];
    await run(interpreter, install, signal);
    await lock.check();
    await writeFileWhole(complete, '');
  } catch (error) {
    if (!(error instanceof MovinetError)) throw error;
    throw new MovinetError(`its Python environment cannot be had: ${error.message}`, { cause: error });
  } finally {
    await lock.release();
  }
  return interpreter;
}

/** Runs a program to its end. Throws {@link MovinetError} with its last line of errors. */
export async function run(program: string, args: readonly string[], signal?: AbortSignal): Promise<void> {
  const { failure } = await outcomeOf(program, args, signal);
  if (failure !== undefined) throw new MovinetError(`${program}: ${failure}`);
}

/** What a program printed, and, where it failed, its last line of errors. */
export async function outcomeOf(
  program: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<{ readonly stdout: string; readonly failure: string | undefined }> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2', CUDA_VISIBLE_DEVICES: '' },
    ...(signal ? { signal } : {}),
  });
  let [stdout, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-10_000)));
  const failure = await new Promise<string | undefined>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, name) => resolve(code === 0 ? undefined : (name ?? `status ${code}`)));
  });
  signal?.throwIfAborted();
  const last = errors
    .split('\n')
    .filter((line) => line.trim() !== '')
    .at(-1);
  return { stdout, failure: failure === undefined ? undefined : (last?.trim() ?? failure) };
}
