import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { errorCode } from './output-failure';

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/**
 * Makes a folder and its parents where they are missing. Node's own recursive `mkdir` never returns where the system says
 * ENOENT although the parent exists, as it does in /proc; this one throws the system's error.
 */
export async function makeFolder(path: string): Promise<void> {
  const absolute = resolve(path);
  try {
    await mkdir(absolute);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EEXIST' && (await stat(absolute)).isDirectory()) return;
    // Only ENOENT below a parent that is really missing is worth another try.
    if (code !== 'ENOENT' || (await exists(dirname(absolute)))) throw error;
    await makeFolder(dirname(absolute));
    await mkdir(absolute);
  }
}
