import { basename, dirname, join } from 'node:path';
import { DatasetError } from '../../../../base/errors';
import type { SkippedVideo } from '../../../video/broken-videos';
import type { DatasetPart } from '../../row';
import { BadRow, tryRow } from '../bad-row';
import { placesOfPath, type ListContent, type ListEntry, type Place } from '../entry';
import { checkPath } from '../text/cells';
import type { ClassNames } from '../text/class-names';
import { listNames, readLines } from '../text/text';
import { foldOf, folderOfLists, namesFor, type ReadingContext } from './reading';

const LIST = /^(train|test)list0([1-3])\.txt$/;
const NAMES = 'classInd.txt';

export const isUcf101List = (name: string): boolean => LIST.test(name);

/**
 * Reads the official lists of UCF101, the training and the test list of a fold: lines `Class/v_Class_gGG_cCC.avi 1`, of a test list without the number. Clips
 * of one group belong together. The folder is the class, and its number in classInd.txt is held against the line's.
 */
export async function readUcf101Lists(path: string, context: ReadingContext): Promise<ListContent> {
  const folder = await folderOfLists(path);
  const fold = foldOf(path, LIST.exec(basename(path))?.[2], context.options.fold);
  const there = await listNames(folder);
  const names = await namesFor(context, there.includes(NAMES) ? join(folder, NAMES) : undefined);
  const entries: ListEntry[] = [];
  const broken: SkippedVideo[] = [];
  const notes: string[] = [];
  for (const part of ['train', 'test'] as const) {
    const name = `${part}list0${fold}.txt`;
    if (!there.includes(name)) {
      notes.push(`${folder} has no ${name}: the data set has no ${part} part`);
      continue;
    }
    if (basename(path) !== name && isUcf101List(basename(path))) notes.push(`${name}, beside it, is the ${part} part`);
    const file = join(folder, name);
    for await (const [line, row] of readLines(file, context.signal)) {
      const entry = tryRow(file, row, broken, () => entryOf(line, { file, row, part, names }));
      if (entry !== undefined) entries.push(entry);
    }
  }
  if (notes.length === 2 && entries.length + broken.length === 0)
    throw new DatasetError(`${folder} has no list of fold ${fold}: trainlist0${fold}.txt and testlist0${fold}.txt`);
  return { path, entries, broken, notes, names, places, usualFolders: ['UCF-101', 'UCF101', 'videos'] };
}

interface LineContext {
  readonly file: string;
  readonly row: number;
  readonly part: DatasetPart;
  readonly names: ClassNames | undefined;
}

function entryOf(line: string, { file, row, part, names }: LineContext): ListEntry {
  const [, path = '', number] = /^(.*\S)\s+(\d+)$/.exec(line.trim()) ?? [undefined, line.trim()];
  const video = checkPath(path).replaceAll('\\', '/');
  const folder = basename(dirname(video)).normalize('NFC');
  if (folder === '' || folder === '.')
    throw new BadRow(`${video} is in no folder of a class: Class/v_Class_g01_c01.avi is expected`);
  const label = names === undefined ? folder : names.resolve(folder);
  const numbered = number === undefined ? label : names?.resolve(number);
  if (numbered !== undefined && numbered !== label)
    throw new BadRow(`its number ${number} is the class "${numbered}", its folder "${label}"`);
  const group = /^(.+_g\d+)_c\d+$/.exec(basename(video).replace(/\.[^.]*$/, ''))?.[1];
  return { file, row, video, labels: [label], part, ...(group === undefined ? {} : { group }) };
}

/** In the folder of its class, or with all others in one. */
const places = ({ video }: ListEntry): readonly Place[] => [
  ...placesOfPath(video),
  { folder: '', name: basename(video) },
];
