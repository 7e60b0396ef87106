import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { byCodeUnits } from '../../../base/sort';
import { statIfAny } from '../../../io/look';

/** What tells one video from another without opening it. */
export interface VideoLook {
  /** Of the file, or of the first file of a folder of pictures; 0 for an empty one. */
  readonly bytes: number;
  /** The same for all names of one file on this machine. */
  readonly identity: string;
  /** What tells its content: the file, or the first, middle and last file of a folder of pictures; none for an empty folder. */
  readonly files: readonly string[];
  /** Files of a folder of pictures; 1 for a file. */
  readonly count: number;
}

const SAMPLE_BYTES = 16 * 1024;

/** Undefined where there is nothing, or nothing that may be looked at. */
export async function lookAtVideo(path: string): Promise<VideoLook | undefined> {
  try {
    const found = await statIfAny(path);
    if (found === undefined) return undefined;
    const identity = `${found.dev}:${found.ino}`;
    if (!found.isDirectory()) return { bytes: found.isFile() ? found.size : 0, identity, files: [path], count: 1 };
    const names = (await readdir(path)).filter((name) => !name.startsWith('.')).sort(byCodeUnits);
    const places = new Set([0, names.length >> 1, names.length - 1]);
    const files = names.filter((_, i) => places.has(i)).map((name) => join(path, name));
    const [first] = files;
    const bytes = first === undefined ? 0 : ((await statIfAny(first))?.size ?? 0);
    return { bytes, identity, files, count: names.length };
  } catch {
    return undefined;
  }
}

/** A hash of a video's content: of how many files it has, and of the beginning, the middle and the end of each that tells. Undefined where it cannot be read. */
export async function sampleOf({ files, count }: VideoLook): Promise<string | undefined> {
  if (files.length === 0) return undefined;
  const hash = createHash('sha256').update(`${count}\n`);
  try {
    for (const file of files) await addSample(file, hash);
    return hash.digest('hex');
  } catch {
    return undefined;
  }
}

async function addSample(file: string, hash: Hash): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, 'r');
    const bytes = (await handle.stat()).size;
    hash.update(`${bytes}\n`);
    for (const start of [0, Math.floor((bytes - SAMPLE_BYTES) / 2), bytes - SAMPLE_BYTES]) {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(SAMPLE_BYTES), 0, SAMPLE_BYTES, Math.max(start, 0));
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle?.close();
  }
}
