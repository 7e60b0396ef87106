import type { Dirent } from 'node:fs';
import { opendir, realpath } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { Turn } from '../../../../base/turn';
import { errorCode } from '../../../../io/output-failure';
import { unreadable } from '../text/text';

export type EntryKind = 'file' | 'folder' | 'link' | 'other';

/** Something that stands in a folder, by the name that it has on the disk. */
export interface FoundEntry {
  readonly name: string;
  readonly path: string;
  readonly kind: EntryKind;
}

/** What a folder holds, to be asked for names as lists write them: in other forms of Unicode, with other endings. */
export class FolderListing {
  private composed: Map<string, FoundEntry> | undefined;
  private stems: Map<string, FoundEntry[]> | undefined;

  constructor(
    /** As it is on the disk. */
    readonly path: string,
    /** Without links. */
    readonly real: string,
    private readonly entries: ReadonlyMap<string, FoundEntry>,
    private readonly extensions: readonly string[],
  ) {}

  /** The entry of that name, whatever its form of Unicode. */
  named(name: string): FoundEntry | undefined {
    const found = this.entries.get(name);
    if (found !== undefined) return found;
    this.composed ??= this.byComposedName();
    return this.composed.get(name.normalize('NFC'));
  }

  /** Entries whose name without a video's ending is that of `name`: videos and folders. */
  ofStem(name: string): readonly FoundEntry[] {
    this.stems ??= this.byStem();
    return this.stems.get(this.stemOf(name).normalize('NFC')) ?? [];
  }

  /** A name without a video's ending. */
  stemOf(name: string): string {
    const ending = extname(name);
    return this.extensions.includes(ending.toLowerCase()) ? name.slice(0, -ending.length) : name;
  }

  private byComposedName(): Map<string, FoundEntry> {
    const composed = new Map<string, FoundEntry>();
    for (const entry of this.entries.values())
      if (!isPlain(entry.name)) composed.set(entry.name.normalize('NFC'), entry);
    return composed;
  }

  private byStem(): Map<string, FoundEntry[]> {
    const stems = new Map<string, FoundEntry[]>();
    for (const entry of this.entries.values()) {
      const stem = this.stemOf(entry.name);
      if (stem === entry.name && entry.kind === 'file') continue;
      const key = stem.normalize('NFC');
      const others = stems.get(key);
      if (others === undefined) stems.set(key, [entry]);
      else others.push(entry);
    }
    return stems;
  }
}

/** A folder that is there and cannot be read. */
export interface UnreadableFolder {
  readonly reason: string;
}

/** Lists folders, each once and in turns, however many files are asked for. */
export class FolderListings {
  private readonly listed = new Map<string, Promise<FolderListing | UnreadableFolder | undefined>>();
  private readonly done = new Map<string, FolderListing | UnreadableFolder | undefined>();

  constructor(
    /** File name endings of videos, in lower case. */
    private readonly extensions: readonly string[],
    private readonly turn: Turn,
    private readonly signal?: AbortSignal,
  ) {}

  /** Whether {@link at} may be asked for a folder. */
  has(folder: string): boolean {
    return this.done.has(folder);
  }

  /** A folder that was listed; undefined where there is none. */
  at(folder: string): FolderListing | UnreadableFolder | undefined {
    return this.done.get(folder);
  }

  /** Lists a folder. Where no folder has the name, one whose name is the same in another form of Unicode is taken. */
  async list(folder: string): Promise<FolderListing | UnreadableFolder | undefined> {
    const before = this.listed.get(folder);
    if (before !== undefined) return before;
    const listing = this.read(folder);
    this.listed.set(folder, listing);
    this.done.set(folder, await listing);
    return listing;
  }

  private async read(folder: string): Promise<FolderListing | UnreadableFolder | undefined> {
    const entries = new Map<string, FoundEntry>();
    try {
      // Piece by piece: `readdir` makes all entries of a large folder in one go, while nothing else runs.
      for await (const entry of await opendir(folder, { bufferSize: 256 })) {
        entries.set(entry.name, { name: entry.name, path: join(folder, entry.name), kind: kindOf(entry) });
        if (this.turn.over) await this.turn.next();
        this.signal?.throwIfAborted();
      }
    } catch (error) {
      if (this.signal?.aborted === true) throw this.signal.reason;
      const code = errorCode(error) ?? '';
      if (code === 'ENOENT') return this.inOtherForm(folder);
      return code === 'ENOTDIR' ? undefined : { reason: unreadable(folder, error).message };
    }
    const real = await realpath(folder).catch(() => folder);
    return new FolderListing(folder, real, entries, this.extensions);
  }

  private async inOtherForm(folder: string): Promise<FolderListing | UnreadableFolder | undefined> {
    const parent = dirname(folder);
    if (isPlain(folder) || parent === folder) return undefined;
    const above = await this.list(parent);
    if (!(above instanceof FolderListing)) return above;
    const entry = above.named(basename(folder));
    return entry === undefined || entry.path === folder ? undefined : this.list(entry.path);
  }
}

function kindOf(entry: Dirent): EntryKind {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

/** Whether a text has one form of Unicode only. */
const isPlain = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);
