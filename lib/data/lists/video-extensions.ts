import { extname } from 'node:path';
import { UsageError } from '../../base/errors';

/** File name endings, in lower case, that count as videos. */
export const VIDEO_EXTENSIONS: readonly string[] = [
  ...['.avi', '.mp4', '.m4v', '.mov', '.qt', '.mkv', '.webm', '.mpg', '.mpeg', '.vob', '.ts', '.mts', '.m2ts'],
  ...['.wmv', '.asf', '.flv', '.f4v', '.3gp', '.ogv', '.mxf', '.dv', '.y4m', '.gif'],
];

/** File name endings, in lower case, of the pictures that a folder may hold in place of a video file. */
export const PICTURE_EXTENSIONS: readonly string[] = [
  ...['.jpg', '.jpeg', '.png', '.bmp', '.webp', '.ppm', '.pgm', '.tif', '.tiff'],
];

const ENDING = /^\.?[a-z0-9][a-z0-9_+-]*$/;

/**
 * File name endings as a user gives them, in lower case with their dots, each once; {@link VIDEO_EXTENSIONS} where none are given.
 *
 * @throws UsageError for what is no ending, for a picture's, and for an empty list.
 */
export function videoExtensions(given?: readonly string[]): readonly string[] {
  if (given === undefined) return VIDEO_EXTENSIONS;
  if (given.length === 0) throw new UsageError('`extensions` needs one ending at least, such as mp4');
  const endings = given.map((text) => {
    const ending = text.trim().toLowerCase();
    if (!ENDING.test(ending))
      throw new UsageError(`"${text}" in \`extensions\` is no ending of a file name: give endings such as mp4 or .mp4`);
    return ending.startsWith('.') ? ending : `.${ending}`;
  });
  const picture = endings.find((ending) => PICTURE_EXTENSIONS.includes(ending));
  if (picture !== undefined)
    throw new UsageError(
      `"${picture}" in \`extensions\` is a picture's ending: a folder of pictures is read as one clip without it, a single picture is none`,
    );
  return [...new Set(endings)];
}

/** What a file name says of the file. */
export interface FileKinds {
  /** Whether its ending is one of those that count as videos. */
  isVideo(name: string): boolean;
  /** Whether it would be a video without the user's own list of endings. */
  isKnownVideo(name: string): boolean;
  isPicture(name: string): boolean;
}

/** `endings`: as {@link videoExtensions} gives them. */
export function fileKinds(endings: readonly string[]): FileKinds {
  const videos = new Set(endings);
  const known = new Set([...VIDEO_EXTENSIONS, ...endings]);
  return {
    isVideo: (name) => videos.has(endingOf(name)),
    isKnownVideo: (name) => known.has(endingOf(name)),
    isPicture,
  };
}

/** In lower case, with its dot; empty where there is none. */
export const endingOf = (name: string): string => extname(name).toLowerCase();

const PICTURES: ReadonlySet<string> = new Set(PICTURE_EXTENSIONS);

/** Whether a file name is a picture's. */
export const isPicture = (name: string): boolean => PICTURES.has(endingOf(name));
