import type { Dirent, Stats } from 'node:fs';
import { opendir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { sideBySide } from '../../../base/side-by-side';
import { messageOf } from '../../../base/shown';
import { byCodeUnits, sortInTurns } from '../../../base/sort';
import type { Turn } from '../../../base/turn';
import { errorCode } from '../../../io/output-failure';
import type { FileKinds } from '../video-extensions';
import { diskName, isSystemName } from './disk-names';
import { addEntry, emptyContent, type FolderContent, type FolderEntry, type Place, type Shape } from './folder-content';

/** Links of a folder that are followed side by side. */
const AT_ONCE = 8;

/** Reads the folders of one data set, in turns of the event loop. */
export class FolderReader {
  private readonly looked = new Map<string, Promise<FolderContent>>();

  constructor(
    private readonly kinds: FileKinds,
    readonly turn: Turn,
    readonly signal?: AbortSignal,
  ) {}

  /** What a folder holds, without what is hidden or a system's own; it is kept until {@link take}, so that no folder is read twice. */
  look(folder: Place): Promise<FolderContent> {
    const looked = this.looked.get(folder.path) ?? this.read(folder);
    this.looked.set(folder.path, looked);
    return looked;
  }

  /** What a folder holds, for the last time. */
  take(folder: Place): Promise<FolderContent> {
    const read = this.look(folder);
    this.looked.delete(folder.path);
    return read;
  }

  private async read(folder: Place): Promise<FolderContent> {
    const entries: FolderEntry[] = [];
    const links: string[] = [];
    this.signal?.throwIfAborted();
    try {
      // Piece by piece: `readdir` makes all entries of a large folder in one go, while nothing else runs. The types know no names as bytes here.
      const options = { bufferSize: 256, encoding: 'buffer' as BufferEncoding };
      for await (const entry of await opendir(folder.path, options)) {
        const { name, isUtf8 } = diskName(entry.name as unknown as Buffer);
        if (isSystemName(name)) continue;
        if (!isUtf8) entries.push(unusable(folder, name, NOT_UTF8, shapeOf(entry)));
        else if (entry.isSymbolicLink()) links.push(name);
        else entries.push(plain(folder, name, entry));
        if (this.turn.over) await this.turn.next();
        this.signal?.throwIfAborted();
      }
    } catch (error) {
      this.signal?.throwIfAborted();
      const code = errorCode(error);
      if (code === undefined) throw error;
      return { ...emptyContent(), failure: { code, reason: reasonOf(error) } };
    }
    const followed = await sideBySide(links, AT_ONCE, async (name) => {
      this.signal?.throwIfAborted();
      return await follow(folder, name);
    });
    const content = emptyContent();
    for (const entry of await sortInTurns(entries.concat(followed), (a, b) => byCodeUnits(a.name, b.name), this.turn)) {
      addEntry(content, entry, this.kinds);
      if (this.turn.over) await this.turn.next();
    }
    return content;
  }
}

const NOT_UTF8 = 'its name is not UTF-8 (\\x.. stands for a byte that is no text): rename it';

function unusable({ path }: Place, name: string, reason: string, shape: Shape): FolderEntry {
  return { kind: 'unusable', name, path: join(path, name), reason, shape };
}

function plain(folder: Place, name: string, entry: Dirent): FolderEntry {
  const place = { name, path: join(folder.path, name), real: join(folder.real, name) };
  if (entry.isFile()) return { kind: 'file', ...place };
  if (entry.isDirectory()) return { kind: 'folder', ...place };
  return unusable(folder, name, `it is no file but ${kindOf(entry)}`, 'file');
}

async function follow(folder: Place, name: string): Promise<FolderEntry> {
  const path = join(folder.path, name);
  try {
    const found = await stat(path);
    if (!found.isFile() && !found.isDirectory())
      return unusable(folder, name, `the link leads to no file but ${kindOf(found)}`, 'file');
    const real = await realpath(path);
    if (found.isFile()) return { kind: 'file', name, path, real, bytes: found.size };
    return isWithin(folder.real, real) ? { kind: 'way-back', name, path } : { kind: 'folder', name, path, real };
  } catch (error) {
    const gone = ['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '');
    const reason = gone ? 'the link leads to nothing: remove it, or restore what it led to' : reasonOf(error);
    return unusable(folder, name, reason, 'unknown');
  }
}

/** Whether a folder is another one or lies below it; both without links. */
function isWithin(folder: string, other: string): boolean {
  return folder === other || folder.startsWith(other.endsWith(sep) ? other : other + sep);
}

function shapeOf(entry: Dirent): Shape {
  if (entry.isSymbolicLink()) return 'unknown';
  return entry.isDirectory() ? 'folder' : 'file';
}

function kindOf(what: Dirent | Stats): string {
  if (what.isFIFO()) return 'a pipe (FIFO)';
  if (what.isSocket()) return 'a socket';
  return what.isCharacterDevice() || what.isBlockDevice() ? 'a device' : 'something else';
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOENT: 'it is no longer there',
  ELOOP: 'the link leads round in a ring',
  ENAMETOOLONG: 'its path is too long',
};

/** Why something could not be looked at, in a few words. */
export function reasonOf(error: unknown): string {
  return REASONS[errorCode(error) ?? ''] ?? messageOf(error);
}
