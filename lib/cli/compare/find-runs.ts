import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UsageError } from '../../base/errors';
import { messageOf } from '../../base/shown';
import { isFolder, statIfAny } from '../../io/look';
import { errorCode } from '../../io/output-failure';
import { HISTORY_FORMAT, parseHistory } from '../../metrics/history/history';
import type { NamedRun } from '../../report/compare/comparison';

const HISTORY = 'history.json';

/** What was found at the paths that a user named. */
export interface FoundRuns {
  readonly runs: readonly NamedRun[];
  /** Those that cannot be compared, with the reason. */
  readonly leftOut: readonly { readonly name: string; readonly why: string }[];
  /** What is to be said of others, a line each. */
  readonly notes: readonly string[];
}

/** Runs by their folders or the histories in them; of a folder without a history, those of all folders in it. */
export async function findRuns(paths: readonly string[]): Promise<FoundRuns> {
  const runs: NamedRun[] = [];
  const leftOut: { name: string; why: string }[] = [];
  const notes: string[] = [];
  for (const { name, file } of await histories(paths)) {
    const found = await readRun(name, file).catch((error: unknown) => {
      leftOut.push({ name, why: reasonOf(error) });
      return undefined;
    });
    if (found === undefined) continue;
    runs.push(found.run);
    notes.push(...found.notes);
  }
  return { runs, leftOut, notes };
}

interface Place {
  readonly name: string;
  readonly file: string;
}

/** The files to read, each once, in the order of the paths. */
async function histories(paths: readonly string[]): Promise<Place[]> {
  const places = new Map<string, Place>();
  for (const path of paths) for (const place of await historiesAt(path)) places.set(join(place.file), place);
  return [...places.values()];
}

async function historiesAt(path: string): Promise<Place[]> {
  const name = path.length > 1 ? path.replace(/\/+$/, '') : path;
  if (!(await isFolder(path))) return [{ name: basename(path) === HISTORY ? join(path, '..') : name, file: path }];
  const own = join(path, HISTORY);
  if ((await statIfAny(own)) !== undefined) return [{ name, file: own }];
  const entries = (await readdir(path)).sort();
  const inside: Place[] = [];
  for (const entry of entries) {
    const file = join(path, entry, HISTORY);
    if ((await statIfAny(file)) !== undefined) inside.push({ name: join(path, entry), file });
  }
  // A folder in which there is nothing to find is told of as it is.
  return inside.length > 0 ? inside : [{ name, file: own }];
}

async function readRun(name: string, file: string): Promise<{ run: NamedRun; notes: string[] }> {
  const text = await readFile(file, 'utf8');
  const history = parseHistory(text);
  if (history.epochs.length === 0 && history.evaluate !== undefined)
    throw new UsageError('it is an evaluation, no training run');
  const { ended } = history;
  const notes: string[] = [];
  if (!isOfFormat(text))
    notes.push(`${name}: its history is older than format ${HISTORY_FORMAT} and does not tell how the run ended`);
  else if (ended !== undefined && ended.kind !== 'completed') notes.push(`${name}: ${ended.why}`);
  return { run: { name, history }, notes };
}

const isOfFormat = (text: string): boolean => 'format' in (JSON.parse(text) as object);

function reasonOf(error: unknown): string {
  const code = errorCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return `there is no ${HISTORY}, which a run has after its first epoch`;
  return messageOf(error);
}
