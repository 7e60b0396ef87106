import { basename, join } from 'node:path';
import { DatasetError } from '../../../../base/errors';
import type { SkippedVideo } from '../../../video/broken-videos';
import { BadRow, tryRow } from '../bad-row';
import { counted, type ListContent, type ListEntry, type Place } from '../entry';
import { checkPath } from '../text/cells';
import { listNames, readLines } from '../text/text';
import { foldOf, folderOfLists, namesFor, type ReadingContext } from './reading';

const LIST = /^(.+)_test_split([1-3])\.txt$/;
const USES = { '1': 'train', '2': 'test' } as const;

export const isHmdb51List = (name: string): boolean => LIST.test(name);

/**
 * Reads the official lists of HMDB51, a file a class and fold: lines `name.avi 1` to train on, `2` to test on, `0` for neither. Clips out of one film belong
 * together. Names may begin with #: there are no comments.
 */
export async function readHmdb51Lists(path: string, context: ReadingContext): Promise<ListContent> {
  const folder = await folderOfLists(path);
  const named = LIST.exec(basename(path))?.[2];
  const fold = foldOf(path, named, context.options.fold);
  const lists = (await listNames(folder)).filter((name) => LIST.exec(name)?.[2] === String(fold));
  if (lists.length === 0)
    throw new DatasetError(`${folder} has no list of fold ${fold}, such as brush_hair_test_split${fold}.txt`);
  const names = await namesFor(context);
  const entries: ListEntry[] = [];
  const broken: SkippedVideo[] = [];
  let unused = 0;
  for (const name of lists) {
    const file = join(folder, name);
    const className = (LIST.exec(name)?.[1] ?? '').normalize('NFC');
    for await (const [line, row] of readLines(file, context.signal)) {
      const parsed = tryRow(file, row, broken, () => {
        const label = names === undefined ? className : names.resolve(className);
        return { label, ...parseLine(line) };
      });
      if (parsed?.use === '0') unused++;
      else if (parsed !== undefined) {
        const { video, label, use } = parsed;
        entries.push({ file, row, video, labels: [label], part: USES[use], group: filmOf(video, className) });
      }
    }
  }
  const notes = [
    ...(named === undefined || lists.length === 1
      ? []
      : [`the lists of fold ${fold} of all classes of ${folder} are read`]),
    ...(unused === 0 ? [] : [`${counted(unused, 'clip')} left out, for neither training nor test in fold ${fold}`]),
  ];
  return { path, entries, broken, notes, names, places, usualFolders: ['hmdb51', 'hmdb51_org', 'HMDB51', 'videos'] };
}

function parseLine(line: string): { readonly video: string; readonly use: '0' | '1' | '2' } {
  const match = /^(.*\S)\s+(\S+)$/.exec(line.trim());
  const use = match?.[2];
  if (match === null || (use !== '0' && use !== '1' && use !== '2'))
    throw new BadRow(`it is "${line.trim()}", and \`name.avi 1\` is expected (1 train, 2 test, 0 neither)`);
  return { video: checkPath(match[1] ?? ''), use };
}

/** What stands before the class in a clip's name. */
function filmOf(video: string, className: string): string {
  const end = video.lastIndexOf(`_${className}_`);
  return end > 0 ? video.slice(0, end) : video;
}

/** In a folder of its class, or with all others in one. */
function places({ video, file }: ListEntry): readonly Place[] {
  const className = LIST.exec(basename(file))?.[1] ?? '';
  return [
    { folder: className, name: video },
    { folder: '', name: video },
  ];
}
