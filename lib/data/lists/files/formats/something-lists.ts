import { basename, join } from 'node:path';
import { z } from 'zod';
import { DatasetError } from '../../../../base/errors';
import type { SkippedVideo } from '../../../video/broken-videos';
import type { DatasetPart } from '../../row';
import { BadRow, tryRow } from '../bad-row';
import type { ListContent, ListEntry } from '../entry';
import type { ClassNames } from '../text/class-names';
import { readJsonRows } from '../text/json-rows';
import { listNames, readLines } from '../text/text';
import { folderOfLists, namesFor, type ReadingContext } from './reading';

const PREFIX = 'something-something-v2-';
const LIST = /^(.*?)(train|validation|test)\.json$/;
const PARTS = ['train', 'validation', 'test'] as const;
const rowSchema = z.object({ id: z.union([z.string(), z.number()]), template: z.string().exactOptional() });

/** Which of Something-Something's lists are among the names of a folder's files, by what they begin with; undefined where there are none. */
export function somethingPrefix(names: readonly string[]): string | undefined {
  if (names.includes(`${PREFIX}train.json`) || names.includes(`${PREFIX}validation.json`)) return PREFIX;
  const plain = names.includes('train.json') || names.includes('validation.json');
  return plain && names.includes('labels.json') ? '' : undefined;
}

/**
 * Reads the lists of Something-Something v2: JSON lists of objects with `id` and `template`, whose text without brackets is the label. The answers of the test
 * part are in a list of their own, `id;label`; without it that part is left out.
 */
export async function readSomethingLists(path: string, context: ReadingContext): Promise<ListContent> {
  const folder = await folderOfLists(path);
  const there = await listNames(folder);
  const named = LIST.exec(basename(path))?.[1];
  const prefix = named ?? (path.endsWith('.json') ? undefined : somethingPrefix(there));
  if (prefix === undefined)
    throw new DatasetError(
      `${path} is none of the lists of Something-Something: ${PREFIX}train.json, ${PREFIX}validation.json or their folder is expected`,
    );
  const labels = `${prefix}labels.json`;
  const names = await namesFor(context, there.includes(labels) ? join(folder, labels) : undefined);
  const answersFile = [`${prefix}test-answers.csv`, 'test-answers.csv'].find((name) => there.includes(name));
  const answers = answersFile === undefined ? undefined : await readAnswers(join(folder, answersFile), context.signal);
  const entries: ListEntry[] = [];
  const broken: SkippedVideo[] = [];
  const notes: string[] = [];
  for (const part of PARTS) {
    const name = `${prefix}${part}.json`;
    if (!there.includes(name)) continue;
    if (part === 'test' && answers === undefined) {
      notes.push(`${name} has no test-answers.csv beside it and is left out`);
      continue;
    }
    if (named !== undefined && basename(path) !== name)
      notes.push(`${name}, beside ${basename(path)}, is read as well`);
    const file = join(folder, name);
    for await (const [value, row] of readJsonRows(file, context.signal)) {
      const entry = tryRow(file, row, broken, () => entryOf(value, { file, row, part, names, answers }));
      if (entry !== undefined) entries.push(entry);
    }
  }
  return {
    ...{ path, entries, broken, notes, names },
    places: ({ video }) => [{ folder: '', name: video }],
    usualFolders: ['20bn-something-something-v2', 'videos'],
  };
}

interface RowContext {
  readonly file: string;
  readonly row: number;
  readonly part: DatasetPart;
  readonly names: ClassNames | undefined;
  readonly answers: ReadonlyMap<string, string> | undefined;
}

function entryOf(value: unknown, { file, row, part, names, answers }: RowContext): ListEntry {
  const parsed = rowSchema.safeParse(value);
  if (!parsed.success) throw new BadRow('it has no "id", or one that is no text');
  const video = String(parsed.data.id);
  if (!/^[\w-]+$/.test(video)) throw new BadRow(`its id, "${video}", is not of letters and digits`);
  const text = part === 'test' ? answers?.get(video) : parsed.data.template;
  if (text === undefined)
    throw new BadRow(part === 'test' ? `video ${video} has no answer in test-answers.csv` : 'it has no "template"');
  const label = text.replaceAll(/[[\]]/g, '').trim().normalize('NFC');
  if (label === '') throw new BadRow('its "template" is empty');
  return { file, row, video, part, labels: [names === undefined ? label : names.resolve(label)] };
}

/** The labels of the test part, by a video's id. */
async function readAnswers(file: string, signal?: AbortSignal): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  for await (const [line, row] of readLines(file, signal)) {
    const match = /^\s*"?([\w-]+)"?\s*[;,]\s*"?(.*?)"?\s*$/.exec(line);
    if (match === null) throw new DatasetError(`${basename(file)}, row ${row}: \`id;label\` is expected`);
    answers.set(match[1] ?? '', match[2] ?? '');
  }
  return answers;
}
