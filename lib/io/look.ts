import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { errorCode } from './output-failure';

export interface FileSize {
  /** Below the folder. */
  readonly path: string;
  readonly bytes: number;
}

/** Every file below a folder, sorted. */
export async function listFiles(folder: string): Promise<FileSize[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = await Promise.all(
    paths.map(async (path) => ({ path: relative(folder, path), bytes: (await stat(path)).size })),
  );
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Bytes of all files below a folder. */
export async function folderSize(folder: string): Promise<number> {
  return (await listFiles(folder)).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** What stands at a path, links followed; undefined where nothing does. Throws what else the system says. */
export async function statIfAny(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    // ENOTDIR: a file stands above the path.
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}

/** Whether a folder stands at a path, links followed. */
export async function isFolder(path: string): Promise<boolean> {
  return (await statIfAny(path))?.isDirectory() === true;
}

/** Whether anything can be seen at a path. */
export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
