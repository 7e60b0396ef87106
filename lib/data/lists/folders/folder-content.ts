import type { FileKinds } from '../video-extensions';

/** A file or folder by the path that leads there and the one without links. */
export interface Place {
  readonly path: string;
  readonly real: string;
}

/** Something in a folder, links as what they lead to. */
export type FolderEntry =
  /** `bytes` is known where a link was followed. */
  | (Place & { readonly kind: 'file'; readonly name: string; readonly bytes?: number })
  | (Place & { readonly kind: 'folder'; readonly name: string })
  /** A link to the folder that it is in, or to one above. */
  | { readonly kind: 'way-back'; readonly name: string; readonly path: string }
  /** Neither a file nor a folder that can be opened; `shape` is what it is for all that, or leads to. */
  | {
      readonly kind: 'unusable';
      readonly name: string;
      readonly path: string;
      readonly reason: string;
      readonly shape: Shape;
    };

export type Shape = 'file' | 'folder' | 'unknown';

type Entry<Kind extends FolderEntry['kind']> = Extract<FolderEntry, { kind: Kind }>;
export type FileEntry = Entry<'file'>;
export type SubFolder = Entry<'folder'>;
export type UnusableEntry = Entry<'unusable'>;

/** What a folder holds, by what it may be to a data set. Each in the order of names. */
export interface FolderContent {
  readonly folders: SubFolder[];
  readonly videos: FileEntry[];
  readonly pictures: FileEntry[];
  readonly others: FileEntry[];
  /** Those that should have been videos or folders. */
  readonly lost: UnusableEntry[];
  /** Other names that are of no use, such as a link to a text that is gone. */
  readonly useless: UnusableEntry[];
  readonly waysBack: Entry<'way-back'>[];
  /** Why the folder could not be read. */
  readonly failure?: { readonly code: string; readonly reason: string };
}

export const emptyContent = (): FolderContent => ({
  ...{ folders: [], videos: [], pictures: [], others: [], lost: [], useless: [], waysBack: [] },
});

export function addEntry(content: FolderContent, entry: FolderEntry, kinds: FileKinds): void {
  switch (entry.kind) {
    case 'folder':
      content.folders.push(entry);
      break;
    case 'way-back':
      content.waysBack.push(entry);
      break;
    case 'unusable':
      (isLost(entry, kinds) ? content.lost : content.useless).push(entry);
      break;
    case 'file':
      if (kinds.isVideo(entry.name)) content.videos.push(entry);
      else (kinds.isPicture(entry.name) ? content.pictures : content.others).push(entry);
  }
}

/** Of a link that leads nowhere only its name tells: without an ending it is a folder's. */
function isLost({ name, shape }: UnusableEntry, kinds: FileKinds): boolean {
  return shape === 'folder' || kinds.isVideo(name) || (shape === 'unknown' && !/\.[a-z0-9]{1,5}$/i.test(name));
}

/** Whether a folder below a class is one clip, of which it holds the pictures. A single picture is no clip: it shows what a video near it has. */
export function isPictureClip({ folders, videos, pictures, others, lost }: FolderContent, kinds: FileKinds): boolean {
  const besides = folders.length + videos.length + lost.length;
  return pictures.length > 1 && besides === 0 && !others.some(({ name }) => kinds.isKnownVideo(name));
}

/** Whether a folder looks like a class and not like a folder of classes: it may have sub-folders, but no more than videos. */
export function looksLikeClass({ folders, videos, lost }: FolderContent, kinds: FileKinds): boolean {
  const direct = videos.length + lost.filter(({ name }) => kinds.isVideo(name)).length;
  return direct > 0 && direct >= folders.length;
}
