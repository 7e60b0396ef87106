import type { Dirent } from 'node:fs';
import { opendir, realpath } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { byCodeUnits, sortInTurns } from '../../base/sort';
import { DatasetError } from '../../base/errors';
import { statIfAny } from '../../io/look';
import { sideBySide } from '../../base/side-by-side';
import { Turn } from '../../base/turn';
import type { VideoRow } from './row';

/** File name endings, in lower case, that count as videos. */
export const VIDEO_EXTENSIONS: readonly string[] = [
  ...[
    '.avi',
    '.mp4',
    '.m4v',
    '.mov',
    '.mkv',
    '.webm',
    '.mpg',
    '.mpeg',
    '.wmv',
    '.flv',
    '.3gp',
    '.ogv',
    '.mts',
    '.m2ts',
  ],
];

/** One sub-folder of videos for each class. */
export interface VideoFolder {
  /** Absolute. */
  readonly root: string;
  /** In the order of the labels. */
  readonly classes: readonly string[];
  /** By class, then by path. */
  readonly rows: readonly VideoRow[];
}

/** Class folders that are listed side by side, and links that are followed so in each. */
const AT_ONCE = 8;

/**
 * Lists a class-folder data set: each sub-folder of `root` is a class, named for it; the videos in it, at any depth, are its clips.
 * Hidden files and folders are ignored. Links are followed, but within a class no file and no folder is taken twice.
 *
 * @param classes the class order of a trained model. Without it, the folders' names, sorted.
 * @throws DatasetError naming what is missing: the folder, its classes, a class's videos; or a folder that is no class of the model. The
 * signal's reason.
 */
export async function listVideoFolder(
  root: string,
  classes?: readonly string[],
  signal?: AbortSignal,
): Promise<VideoFolder> {
  const absolute = resolve(root);
  const folders = await classFolders(absolute, signal);
  if (folders.length === 0) {
    throw new DatasetError(`${root} has no sub-folders: one sub-folder of videos is expected for each class`);
  }
  const names = classes ?? folders;
  // One for all that is listed side by side: together they keep the event loop no longer than one would.
  const turn = new Turn();
  const ofClasses = await sideBySide(folders, AT_ONCE, async (name) => {
    const label = names.indexOf(name);
    if (label < 0) throw new DatasetError(unknownClass(root, name, folders, names));
    const paths = await videosIn(join(absolute, name), turn, signal);
    if (paths.length === 0) {
      throw new DatasetError(
        `Class folder ${join(root, name)} holds no video: add some (${VIDEO_EXTENSIONS.join(' ')}) or remove it`,
      );
    }
    return paths.map((path) => ({ path, label }));
  });
  const byLabel = (a: VideoRow, b: VideoRow): number => a.label - b.label;
  return { root: absolute, classes: [...names], rows: await sortInTurns(ofClasses.flat(), byLabel, turn) };
}

/** The names of the visible sub-folders of a folder, sorted. Throws a DatasetError when there is no such folder. */
export async function classFolders(root: string, signal?: AbortSignal): Promise<string[]> {
  return (await visibleEntries(root, signal)).filter(({ kind }) => kind === 'folder').map(({ name }) => name);
}

function cannotRead(folder: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return `No such folder: ${folder}. Give a folder with one sub-folder of videos for each class`;
  if (code === 'ENOTDIR') return `${folder} is a file: give a folder with one sub-folder of videos for each class`;
  return `Cannot read folder ${folder}: ${code === 'EACCES' ? 'permission denied' : (error as Error).message}`;
}

function unknownClass(root: string, name: string, folders: readonly string[], classes: readonly string[]): string {
  const some = classes.slice(0, 10).join(', ') + (classes.length > 10 ? `, … (${classes.length} in all)` : '');
  const hint =
    folders.includes('train') && folders.includes('test')
      ? '; to use train/ and test/ as such, choose the split "folders"'
      : '';
  return `Folder ${join(root, name)} is none of the model's classes, which are ${some}${hint}`;
}

/** Paths of the videos below a folder, each real file once, sorted. */
async function videosIn(folder: string, turn: Turn, signal?: AbortSignal): Promise<string[]> {
  const seen = new Set<string>();
  const found: string[] = [];
  const visit = async (path: string, realFolder: string): Promise<void> => {
    if (seen.has(realFolder)) return;
    seen.add(realFolder);
    const entries = await visibleEntries(path, signal, turn);
    for (const { name, kind, target } of entries) {
      if (turn.over) await turn.next();
      signal?.throwIfAborted();
      const child = join(path, name);
      const real = target ?? join(realFolder, name);
      if (kind === 'folder') await visit(child, real);
      else if (isVideo(name) && !seen.has(real)) {
        seen.add(real);
        found.push(child);
      }
    }
  };
  await visit(folder, await realpath(folder));
  return sortInTurns(found, byCodeUnits, turn);
}

interface VisibleEntry {
  readonly name: string;
  /** A dangling link with a video's name stays in the list, so that probing reports it as a broken video. */
  readonly kind: 'folder' | 'file' | 'dangling';
  /** Where a link leads. */
  readonly target?: string;
}

/** What a folder holds, without what is hidden, sorted; links as what they lead to. */
async function visibleEntries(folder: string, signal?: AbortSignal, turn = new Turn()): Promise<VisibleEntry[]> {
  signal?.throwIfAborted();
  const entries: Dirent[] = [];
  try {
    // Piece by piece: `readdir` makes all entries of a large folder in one go, while nothing else runs.
    for await (const entry of await opendir(folder, { bufferSize: 256 }))
      if (!isHidden(entry.name)) entries.push(entry);
  } catch (error) {
    throw new DatasetError(cannotRead(folder, error));
  }
  // In order, so that of several broken ones the same is named on every file system.
  const links = entries
    .filter((entry) => entry.isSymbolicLink())
    .map(({ name }) => name)
    .sort(byCodeUnits);
  const followed = await sideBySide(links, AT_ONCE, async (name) => {
    signal?.throwIfAborted();
    return await follow(folder, name);
  });
  const plain = entries
    .filter((entry) => !entry.isSymbolicLink())
    .map((entry): VisibleEntry => ({ name: entry.name, kind: entry.isDirectory() ? 'folder' : 'file' }));
  return sortInTurns(plain.concat(followed), (a, b) => byCodeUnits(a.name, b.name), turn);
}

async function follow(folder: string, name: string): Promise<VisibleEntry> {
  const link = join(folder, name);
  const found = await statIfAny(link);
  if (found === undefined) return { name, kind: 'dangling' };
  return { name, kind: found.isDirectory() ? 'folder' : 'file', target: await realpath(link) };
}

const isHidden = (name: string): boolean => name.startsWith('.');
const isVideo = (name: string): boolean => VIDEO_EXTENSIONS.includes(extname(name).toLowerCase());
