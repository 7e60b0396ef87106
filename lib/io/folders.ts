import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { exists } from './look';
import { errorCode } from './output-failure';

/**
 * Makes a folder and its parents where they are missing. Node's own recursive `mkdir` never returns where the system says
 * ENOENT although the parent exists, as it does in /proc; this one throws the system's error.
 */
export async function makeFolder(path: string): Promise<void> {
  const absolute = resolve(path);
  const parent = dirname(absolute);
  try {
    await makeOne(absolute);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    if (!(await exists(parent))) await makeFolder(parent);
    // Once more and no oftener, also where the parent is there: another process may have made it meanwhile.
    await makeOne(absolute);
  }
}

async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST' || !(await stat(path)).isDirectory()) throw error;
  }
}

/** Makes a new folder of that name, with -2, -3 … after it where the name is taken, and returns its path. */
export async function makeFreshFolder(name: string): Promise<string> {
  await makeFolder(dirname(name));
  for (let attempt = 1; ; attempt += 1) {
    const path = attempt === 1 ? name : `${name}-${attempt}`;
    try {
      await mkdir(path);
      return path;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  }
}

/** Finds out now, not after an hour of work, whether files can be written there. Throws the system's error. */
export async function checkWritable(folder: string): Promise<void> {
  const probe = join(folder, `.write-test-${process.pid}`);
  try {
    await writeFile(probe, 'test');
  } finally {
    await rm(probe, { force: true });
  }
}

/** Removes a folder that holds nothing; leaves any other. */
export async function removeIfEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch(() => undefined);
}

/** Removes a folder whole: one that is half removed has no name that stands for it. Throws the system's error where it stays. */
export async function removeFolder(path: string): Promise<void> {
  const hidden = join(dirname(path), `.${basename(path)}-removed-${randomBytes(4).toString('hex')}`);
  await rename(path, hidden);
  await rm(hidden, { recursive: true, force: true }).catch(() => undefined);
}

/** Removes the hidden folders of this beginning that a killed process left from {@link withFolderBeside} and {@link removeFolder}. */
export async function removeLeftovers(folder: string, beginning: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const left = entries.filter((entry) => entry.isDirectory() && entry.name.startsWith(`.${beginning}`));
  for (const { name } of left) await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
}

/** Hands a hidden folder beside `path`, on the same file system, to the work, and removes it with all that is left in it. */
export async function withFolderBeside<T>(path: string, work: (temporary: string) => Promise<T>): Promise<T> {
  const target = resolve(path);
  await makeFolder(dirname(target));
  const temporary = await mkdtemp(join(dirname(target), `.${basename(target)}-`));
  try {
    return await work(temporary);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
