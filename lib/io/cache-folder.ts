import { open, readdir, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { makeFolder } from './folders';

/**
 * The user's cache folder of this project: `$XDG_CACHE_HOME/movinet-native`, else `~/.cache/movinet-native`. By the XDG base directory
 * specification a relative `XDG_CACHE_HOME` is ignored. The folder is not created.
 */
export function cacheFolder(...parts: readonly string[]): string {
  const base = process.env['XDG_CACHE_HOME'] ?? '';
  return join(isAbsolute(base) ? base : join(homedir(), '.cache'), 'movinet-native', ...parts);
}

/** Small enough for other work to have its turn between two of them. */
const PIECE = 4 * 1024 * 1024;

/** A file's bytes, and when it was read it counts as used. Undefined where it cannot be read or has more than `most` bytes. */
export async function readCached(path: string, most: number): Promise<Buffer | undefined> {
  try {
    const handle = await open(path, 'r');
    try {
      const { size } = await handle.stat();
      if (size > most) return undefined;
      // `readFile` would copy all pieces together in one go.
      const bytes = Buffer.allocUnsafeSlow(size);
      let length = 0;
      while (length < size) {
        const { bytesRead } = await handle.read(bytes, length, Math.min(PIECE, size - length), length);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      await utimes(path, new Date(), new Date()).catch(() => undefined);
      return bytes.subarray(0, length);
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}

/** Bytes in a file; 0 where there is none. */
export async function cachedSize(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/**
 * Adds whole lines to a file, made where it is missing with its folder: by one write, so that several processes can add to it at once. An empty line stands before
 * them, so that the rest of a write that failed half-way spoils none of them. Throws the system's error.
 */
export async function appendLines(path: string, lines: readonly Uint8Array[]): Promise<void> {
  await makeFolder(dirname(path));
  const handle = await open(path, 'a');
  try {
    // Not `appendFile`, which writes half a mebibyte at a time: another process's lines could come between.
    await handle.write(Buffer.concat([Buffer.from('\n'), ...lines]));
  } finally {
    await handle.close();
  }
}

/**
 * Removes files below a folder that nothing has used for `days`, then the longest unused ones until `mostBytes` are left. What cannot be looked at or removed
 * is left.
 */
export async function removeUnused(folder: string, limits: { days: number; mostBytes: number }): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const found: { path: string; size: number; used: number }[] = [];
  for (const path of paths) {
    const { size, mtimeMs } = (await stat(path).catch(() => undefined)) ?? {};
    if (size !== undefined && mtimeMs !== undefined) found.push({ path, size, used: mtimeMs });
  }
  const oldest = Date.now() - limits.days * 24 * 3600 * 1000;
  let room = limits.mostBytes;
  for (const { path, size, used } of found.sort((a, b) => b.used - a.used)) {
    room -= size;
    if (used < oldest || room < 0) await rm(path, { force: true }).catch(() => undefined);
  }
}
