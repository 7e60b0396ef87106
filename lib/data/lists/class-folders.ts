import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import { extname, join, relative, resolve } from 'node:path';
import { DatasetError } from '../../base/errors';

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

/** A video file of a class-folder data set. */
export interface VideoFile {
  /** Absolute. */
  readonly path: string;
  /** Index into the data set's class names. */
  readonly label: number;
}

/** One sub-folder of videos for each class. */
export interface VideoFolder {
  /** Absolute. */
  readonly root: string;
  /** In the order of the labels. */
  readonly classes: readonly string[];
  /** By class, then by path. */
  readonly files: readonly VideoFile[];
}

/** By code units: the same order under every locale. */
export const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Lists a class-folder data set: each sub-folder of `root` is a class, named for it; the videos in it, at any depth, are its clips.
 * Hidden files and folders are ignored. Links are followed, but within a class no file and no folder is taken twice.
 *
 * @param classes the class order of a trained model. Without it, the folders' names, sorted.
 * @throws DatasetError naming what is missing: the folder, its classes, a class's videos; or a folder that is no class of the model.
 */
export function listVideoFolder(root: string, classes?: readonly string[]): VideoFolder {
  const absolute = resolve(root);
  const folders = classFolders(absolute);
  if (folders.length === 0) {
    throw new DatasetError(`${root} has no sub-folders: one sub-folder of videos is expected for each class`);
  }
  const names = classes ?? folders;
  const files = folders.flatMap((name) => {
    const label = names.indexOf(name);
    if (label < 0) throw new DatasetError(unknownClass(root, name, folders, names));
    const paths = videosIn(join(absolute, name));
    if (paths.length === 0) {
      throw new DatasetError(
        `Class folder ${join(root, name)} holds no video: add some (${VIDEO_EXTENSIONS.join(' ')}) or remove it`,
      );
    }
    return paths.map((path) => ({ path, label }));
  });
  return { root: absolute, classes: [...names], files: files.sort((a, b) => a.label - b.label) };
}

/** The names of the visible sub-folders of a folder, sorted. Throws a DatasetError when there is no such folder. */
export function classFolders(root: string): string[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(root, { withFileTypes: true });
  } catch (error) {
    throw new DatasetError(cannotRead(root, error));
  }
  return entries
    .filter((entry) => !isHidden(entry.name) && kindOf(root, entry) === 'folder')
    .map((entry) => entry.name)
    .sort(byCodeUnits);
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
function videosIn(folder: string): string[] {
  const seen = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, realFolder: string): void => {
    if (seen.has(realFolder)) return;
    seen.add(realFolder);
    let entries: Dirent[];
    try {
      entries = readdirSync(path, { withFileTypes: true });
    } catch (error) {
      throw new DatasetError(cannotRead(path, error));
    }
    for (const entry of entries.sort((a, b) => byCodeUnits(a.name, b.name))) {
      if (isHidden(entry.name)) continue;
      const child = join(path, entry.name);
      const kind = kindOf(path, entry);
      const real = entry.isSymbolicLink() && kind !== 'dangling' ? realpathSync(child) : join(realFolder, entry.name);
      if (kind === 'folder') visit(child, real);
      else if (isVideo(entry.name) && !seen.has(real)) {
        seen.add(real);
        found.push(child);
      }
    }
  };
  visit(folder, realpathSync(folder));
  return found.sort((a, b) => byCodeUnits(relative(folder, a), relative(folder, b)));
}

/** A dangling link with a video's name stays in the list, so that probing reports it as a broken video. */
function kindOf(folder: string, entry: Dirent): 'folder' | 'file' | 'dangling' {
  if (!entry.isSymbolicLink()) return entry.isDirectory() ? 'folder' : 'file';
  const target = statSync(join(folder, entry.name), { throwIfNoEntry: false });
  if (target === undefined) return 'dangling';
  return target.isDirectory() ? 'folder' : 'file';
}

const isHidden = (name: string): boolean => name.startsWith('.');
const isVideo = (name: string): boolean => VIDEO_EXTENSIONS.includes(extname(name).toLowerCase());
