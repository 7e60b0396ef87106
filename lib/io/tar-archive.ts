import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { isNativeError } from 'node:util/types';
import { type ReadEntry, extract } from 'tar';
import { CheckpointError } from '../base/errors';
import { isSystemError } from './output-failure';

export interface UnpackOptions {
  /** What messages call the archive. Default: its path. */
  readonly name?: string;
  /** Most bytes that its files may have together. Default 2 GiB; the largest published one has below 200 MiB. */
  readonly maxBytes?: number;
}

/** A published archive has ten or so; with many more it is something else, or made to do harm. */
const MOST_ENTRIES = 1000;
const FILE_TYPES: readonly string[] = ['File', 'OldFile', 'ContiguousFile'];
const DIRECTORY_TYPES: readonly string[] = ['Directory', 'GNUDumpDir'];

export function hasArchiveName(path: string): boolean {
  return /\.(tar|tar\.gz|tgz)$/i.test(path);
}

/**
 * Unpacks a `.tar` or `.tar.gz` into an empty folder. What is no plain file or folder, or has a name that leaves the folder, is not
 * written. After a failure the caller removes the folder.
 *
 * @throws CheckpointError that begins with the archive's name, for one that is damaged, truncated, unsafe or too large; the system's error
 * where a file cannot be written.
 */
export async function unpackArchive(path: string, folder: string, options: UnpackOptions = {}): Promise<void> {
  const { name = path, maxBytes = 2 ** 31 } = options;
  let bytes = 0;
  let entries = 0;
  // Nothing may be thrown inside the unpacker: the first failure waits here, and nothing more is written.
  let failure: Error | undefined;
  const refuse = (what: string): void => {
    failure ??= new CheckpointError(`${name} ${what}`);
  };
  const unpack = extract({
    cwd: folder,
    preserveOwner: false,
    filter: (entryName, entry) => {
      const { type, size } = entry as ReadEntry;
      bytes += size;
      entries++;
      if (leavesFolder(entryName)) refuse(`holds a file with the unsafe name "${entryName}": nothing was unpacked`);
      else if (!FILE_TYPES.includes(type) && !DIRECTORY_TYPES.includes(type))
        refuse(`holds "${entryName}", which is a ${type} and no plain file or folder: nothing was unpacked`);
      else if (bytes > maxBytes) refuse(`unpacks to more than ${Math.floor(maxBytes / 2 ** 20)} MiB`);
      else if (entries > MOST_ENTRIES) refuse(`holds more than ${MOST_ENTRIES} files`);
      // Whatever modes the archive tells, its files are to be read and to be removed.
      (entry as ReadEntry).mode = DIRECTORY_TYPES.includes(type) ? 0o755 : 0o644;
      return failure === undefined;
    },
    onwarn: (code, message: unknown, data: unknown) => {
      // The unpacker gives an error of the file system as the one or the other.
      const error = [message, data].find(isSystemError);
      if (error !== undefined) failure ??= error;
      else if (code !== 'TAR_ENTRY_INFO') refuse(`is damaged or no tar archive (${reasonOf(message)}): fetch it again`);
    },
  });
  try {
    await pipeline(createReadStream(path), unpack);
  } catch (error) {
    if (failure === undefined) refuse(`is damaged or no tar archive (${reasonOf(error)}): fetch it again`);
  }
  throwIfFailed(failure);
}

/** The SHA-256 of a file, in hexadecimal digits. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** The compiler does not see what callbacks assign, and takes the failure for undefined where they ran. */
function throwIfFailed(failure: Error | undefined): void {
  if (failure !== undefined) throw failure;
}

function leavesFolder(name: string): boolean {
  return name.startsWith('/') || name.includes('\0') || name.split('/').includes('..');
}

function reasonOf(error: unknown): string {
  return isNativeError(error) ? error.message.replace(/^[A-Z_]+: /, '') : String(error);
}
