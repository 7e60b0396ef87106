import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { givenOptions } from '../base/check-options';
import { UsageError } from '../base/errors';
import type { Task } from '../base/task';
import { isListFile } from '../data/lists/files/list-file';
import { type DatasetRecord, recordOf } from '../data/lists/record/dataset-record';
import { findOverlap, overlapNotes } from '../data/lists/record/overlap';
import { listRecordedDataset } from '../data/lists/record/recorded-dataset';
import { readList } from '../data/lists/read-list';
import type { DatasetPart, DatasetRow } from '../data/lists/row';
import {
  type DatasetIndex,
  type DatasetIndexOptions,
  divideList,
  listVideoDataset,
  ruleOf,
  type SplitOptions,
} from '../data/lists/video-dataset';
import { modelIdOf } from '../model/open-model';

/** What to evaluate on, as the user says it. */
export interface EvaluationRequest {
  /** A model's folder, or an id. */
  readonly model: string;
  readonly data: string | undefined;
  /** Those that were given. */
  readonly options: SplitOptions;
  readonly allowOverlap: boolean;
}

/** What is evaluated on. */
export interface EvaluationData {
  readonly data: string;
  readonly index: DatasetIndex;
  /** Of the split, where it was drawn. */
  readonly seed: number;
  /** The very videos that the run recorded. */
  readonly recorded: boolean;
}

/** What a model's run remembers. Throws {@link UsageError} where neither it nor the user names a data set, and for what is no model; DatasetError for a damaged record. */
export async function recordFor({ model, data }: EvaluationRequest): Promise<DatasetRecord | undefined> {
  await modelIdOf(model);
  const record = await recordOf(model);
  if (record === undefined && data === undefined)
    throw new UsageError(
      `${model} has no record of what it was trained on (dataset.json beside it): say with --data what to evaluate it on`,
    );
  return record;
}

/**
 * The videos to evaluate on: those that the run has recorded, unless the user says otherwise; what the user leaves out is the run's where the data set is. Training clips of the run among them are
 * refused, or counted.
 */
export async function findEvaluationData(
  request: EvaluationRequest,
  record: DatasetRecord | undefined,
  context: { readonly task: Task; readonly signal: AbortSignal },
): Promise<EvaluationData> {
  const { allowOverlap, model } = request;
  const data = request.data ?? (record as DatasetRecord).data;
  const given = await optionsFor(data, request);
  const own = record !== undefined && (await samePlace(data, record.data));
  const isGiven = Object.values(given).some((value) => value !== undefined);
  if (own && !isGiven) {
    const parts: DatasetPart[] = record.parts.test.length > 0 ? ['test'] : ['validation'];
    const index = await listRecordedDataset(record, { ...context, parts });
    return { data, index, seed: record.options.seed ?? 0, recorded: true };
  }
  const options = own ? remembered(record.options, given) : given;
  const { seed = 0 } = options;
  const index = await listToEvaluate(data, { ...options, seed, ...context });
  const warnings =
    record === undefined
      ? [`Whether clips are training clips of ${model} cannot be checked: it has no record of what it was trained on`]
      : await checkOverlap(index, record, { allowed: allowOverlap, signal: context.signal });
  return { data, index: { ...index, warnings: [...index.warnings, ...warnings] }, seed, recorded: false };
}

/** What nobody has divided is there to be evaluated: where no split is asked for, none is drawn. */
async function listToEvaluate(data: string, options: DatasetIndexOptions): Promise<DatasetIndex> {
  if (options.split !== undefined) return listVideoDataset(data, options);
  const { task, signal, ...others } = options;
  const list = await readList(data, { kind: 'auto' }, others, { task, signal });
  const { rule } = await ruleOf(list, options);
  if (rule.kind !== 'ratio') return divideList(list, options);
  const all = await divideList(list, { ...options, split: { kind: 'all' } });
  return { ...all, notes: [...all.notes, 'It has no test part of its own: all of it is evaluated'] };
}

/** Those that are the data set's: the labels beside a model id are the model's, and a list's too, where there is one. */
async function optionsFor(data: string, { model, options }: EvaluationRequest): Promise<SplitOptions> {
  const isPlain = options.labels === undefined || (await modelIdOf(model)) === undefined || (await isListFile(data));
  return isPlain ? options : { ...options, labels: undefined };
}

/** The run's options under those that were given. Groups go with a split by shares alone. */
function remembered(recorded: SplitOptions, given: SplitOptions): SplitOptions {
  const options: SplitOptions = { ...recorded, ...givenOptions(given) };
  const grouping = given.split === undefined || given.split.kind === 'ratio' || given.groupBy !== undefined;
  return grouping ? options : { ...options, groupBy: undefined };
}

/** A line where clips to evaluate on are training clips of a run. Throws DatasetError where that is not `allowed`. */
export async function checkOverlap(
  index: DatasetIndex,
  record: DatasetRecord,
  { allowed, signal }: { readonly allowed: boolean; readonly signal: AbortSignal },
): Promise<string[]> {
  const rows = evaluated(index.rows);
  return overlapNotes(await findOverlap(rows, index.root, record, { signal }), rows.length, { allowed });
}

function evaluated(rows: readonly DatasetRow[]): readonly DatasetRow[] {
  const test = rows.filter(({ part }) => part === 'test');
  return test.length > 0 ? test : rows.filter(({ part }) => part === 'validation');
}

/** Whether two paths lead to one file or folder. */
export async function samePlace(a: string, b: string): Promise<boolean> {
  const real = (path: string): Promise<string> => realpath(path).catch(() => resolve(path));
  return (await real(a)) === (await real(b));
}
