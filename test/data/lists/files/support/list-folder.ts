import { join, relative } from 'node:path';
import { readListFile } from '../../../../../lib/data/lists/files/list-file';
import type { ListContext, ListOptions, VideoList } from '../../../../../lib/data/lists/video-list';
import { makeFiles, temporaryFolder } from '../../../../io/support/temporary-folder';

export type Read = (list: string, options?: ListOptions, context?: ListContext) => Promise<VideoList>;

/** A folder for each test, with what a list needs. */
export interface ListFolder {
  readonly path: () => string;
  readonly at: (...names: readonly string[]) => string;
  /** Writes a list, its lines or all that is in it. */
  readonly write: (name: string, content: readonly string[] | Uint8Array) => string;
  readonly videos: (...names: readonly string[]) => void;
  /** Reads a list by its name in the folder. */
  readonly read: Read;
  /** Its rows as text: `path label|label [from-to] part (group)`, paths from the folder of the videos on. */
  readonly rows: (list: string, options?: ListOptions, context?: ListContext) => Promise<string[]>;
  /** Its broken rows, without the folder in their paths. */
  readonly broken: (list: string, options?: ListOptions, context?: ListContext) => Promise<string[]>;
}

export function listFolder(): ListFolder {
  const path = temporaryFolder();
  const at = (...names: readonly string[]): string => join(path(), ...names);
  const read: Read = (list, options = {}, context = {}) => readListFile(at(list), options, context);
  return {
    ...{ path, at, read },
    write: (name, content) => {
      makeFiles(path(), [name], content instanceof Uint8Array ? content : `${content.join('\n')}\n`);
      return at(name);
    },
    videos: (...names) => makeFiles(path(), names),
    rows: async (...args) => rowsAsText(await read(...args)),
    broken: async (...args) =>
      (await read(...args)).broken.map((video) => `${relative(path(), video.path)}: ${video.reason}`),
  };
}

export function rowsAsText({ rows, root, task }: VideoList): string[] {
  return rows.map(({ path, target, span, part, group }) =>
    [
      relative(root, path),
      target.map((label) => task.classes[label]).join('|') || 'nothing',
      ...(span === undefined ? [] : [span.join('-')]),
      ...(part === undefined ? [] : [part]),
      ...(group === undefined ? [] : [`(${group})`]),
    ].join(' '),
  );
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
