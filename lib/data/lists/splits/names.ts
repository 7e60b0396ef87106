import { basename, sep } from 'node:path';

const UCF101_NAME = /^v_(?<name>[A-Za-z0-9]+)_g(?<group>\d{2})_c(?<clip>\d{2})(?:\.[A-Za-z0-9]+)?$/;

/** What a UCF101 name says, whatever the file's ending; undefined where it is none. A folder of pictures has no ending. */
export function parseUcf101Name(path: string): { className: string; group: number; clip: number } | undefined {
  const parts = UCF101_NAME.exec(basename(path))?.groups;
  if (parts === undefined) return undefined;
  return { className: parts['name'] as string, group: Number(parts['group']), clip: Number(parts['clip']) };
}

/** Names the recording that a UCF101 clip was cut from, such as `Archery g07`; undefined for another name. */
export function ucf101Recording(path: string): string | undefined {
  const parsed = parseUcf101Name(path);
  return parsed && `${parsed.className} g${String(parsed.group).padStart(2, '0')}`;
}

/** A path below the root, or whole where it lies elsewhere. Both absolute. */
export function pathBelow(root: string, path: string): string {
  const start = root.endsWith(sep) ? root : root + sep;
  return path.startsWith(start) ? path.slice(start.length) : path;
}

/**
 * A video's path below the root as every system would spell it: with slashes, in NFC. So draws and groups do not depend on where a data set lies nor on the file
 * system it was copied over. A path outside of the root stays whole.
 */
export const nameBelow = (root: string, path: string): string =>
  pathBelow(root, path).split(sep).join('/').normalize('NFC');
