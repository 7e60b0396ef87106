import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { DatasetError } from '../../../base/errors';
import { sideBySide } from '../../../base/side-by-side';
import { type Task, TASK_KINDS } from '../../../base/task';
import { Turn } from '../../../base/turn';
import { errorCode } from '../../../io/output-failure';
import type { DatasetPart, VideoRow } from '../row';
import { pathBelow } from '../splits/names';
import { type AppliedRule, formatSplit, parseSplit } from '../splits/rule';
import type { DatasetIndex, SplitOptions } from '../video-dataset';
import { lookAtVideo } from './video-identity';

/** The file of a run that says what it was trained on. */
export const DATASET_RECORD = 'dataset.json';

/** A video as it was when a run began, or a span of one. */
export interface RecordedVideo {
  /** Below the root; absolute where it lies elsewhere. */
  readonly path: string;
  /** Of the file, or of the first file of a folder of pictures; 0 where there was none. */
  readonly bytes: number;
  /** Seconds since its first frame; without it the whole video. */
  readonly span?: readonly [from: number, to: number];
  /** Of its clips' losses in training. Default 1. */
  readonly weight?: number;
}

/** What a run was trained and evaluated on: plain data, which the run keeps. */
export interface DatasetRecord {
  /** Absolute: the folder or the list that was given. */
  readonly data: string;
  /** As they were given; the paths among them absolute. */
  readonly options: SplitOptions;
  readonly rule: AppliedRule;
  readonly task: Task;
  /** Absolute: what the videos' paths are below. */
  readonly root: string;
  readonly parts: Readonly<Record<DatasetPart, readonly RecordedVideo[]>>;
}

const PARTS = ['train', 'validation', 'test'] as const satisfies readonly DatasetPart[];
const LOOKS_AT_ONCE = 32;

/** Takes down a data set as it is now: looks at each of its videos, opens none. */
export async function recordDataset(data: string, options: SplitOptions, index: DatasetIndex): Promise<DatasetRecord> {
  const { split, seed, groupBy, videos, fold, extensions, labels, multiLabel } = options;
  const { root, rule, task, rows } = index;
  // A video has as many rows as there are spans of it.
  const paths = [...new Set(rows.map(({ path }) => path))];
  const looks = await sideBySide(paths, LOOKS_AT_ONCE, lookAtVideo);
  const bytesOf = new Map(paths.map((path, index) => [path, looks[index]?.bytes ?? 0]));
  const recorded = rows.map(({ path, span, part, weight = 1 }) => ({
    part,
    video: {
      ...{ path: pathBelow(root, path), bytes: bytesOf.get(path) ?? 0 },
      ...(span ? { span } : {}),
      ...(weight === 1 ? {} : { weight }),
    },
  }));
  const ofPart = (part: DatasetPart): RecordedVideo[] =>
    recorded.filter((row) => row.part === part).map(({ video }) => video);
  return {
    data: resolve(data),
    options: {
      ...{ split, seed, groupBy, fold, extensions, multiLabel },
      ...{ videos: videos && resolve(videos), labels: labels && resolve(labels) },
    },
    ...{ rule, task, root },
    parts: { train: ofPart('train'), validation: ofPart('validation'), test: ofPart('test') },
  };
}

/** Where a recorded video lies. */
export const recordedPath = ({ root }: DatasetRecord, { path }: RecordedVideo): string => resolve(root, path);

/** Tells the rows of a data set apart: by path below the root and span. */
export function rowKey(path: string, span: VideoRow['span']): string {
  return span === undefined ? path : `${path}\0${span[0]}\0${span[1]}`;
}

/** The text of `dataset.json`, a video a line. */
export async function recordJson({ data, options, rule, task, root, parts }: DatasetRecord): Promise<string> {
  const turn = new Turn();
  const { split, ...others } = options;
  const head = {
    ...{ format: 1, data },
    options: { ...(split ? { split: formatSplit(split) } : {}), ...others },
    ...{ rule: formatSplit(rule), task, root },
  };
  const lists: string[] = [];
  for (const part of PARTS) {
    const lines: string[] = [];
    for (const { path, bytes, span, weight } of parts[part]) {
      lines.push(`      ${JSON.stringify([path, bytes, ...(span ?? []), ...(weight === undefined ? [] : [weight])])}`);
      if (turn.over) await turn.next();
    }
    lists.push(`    "${part}": [${lines.length === 0 ? '' : `\n${lines.join(',\n')}\n    `}]`);
  }
  const members = Object.entries(head).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`);
  return `{\n${members.join('')}  "parts": {\n${lists.join(',\n')}\n  }\n}\n`;
}

const split = z.string().transform((text, context) => {
  try {
    return parseSplit(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});
const recordSchema = z
  .object({
    format: z.literal(1, { error: 'it is of another format, perhaps of a newer version' }),
    data: z.string(),
    options: z.strictObject({
      split: split.exactOptional(),
      seed: z.int().exactOptional(),
      groupBy: z.string().exactOptional(),
      videos: z.string().exactOptional(),
      fold: z.int().exactOptional(),
      extensions: z.array(z.string()).exactOptional(),
      labels: z.string().exactOptional(),
      multiLabel: z.boolean().exactOptional(),
    }),
    rule: split.refine((rule): rule is AppliedRule => rule.kind !== 'auto', {
      error: 'auto is no rule that was applied',
    }),
    task: z.object({ kind: z.enum(TASK_KINDS), classes: z.array(z.string()).min(1) }),
    root: z.string(),
    parts: z.object({ train: z.array(z.unknown()), validation: z.array(z.unknown()), test: z.array(z.unknown()) }),
  })
  .transform(({ data, options, rule, task, root, parts }) => ({ data, options, rule, task, root, parts }));

/**
 * The record that a run keeps beside its model: `RUN/dataset.json`, where `where` is `RUN` or `RUN/model`. Undefined where there is none.
 *
 * @throws DatasetError for one that is damaged, or cannot be read.
 */
export async function recordOf(where: string): Promise<DatasetRecord | undefined> {
  const folder = resolve(where);
  const places = [folder, ...(basename(folder) === 'model' ? [dirname(folder)] : [])];
  for (const place of places) {
    const path = join(place, DATASET_RECORD);
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) continue;
      throw new DatasetError(`Cannot read ${path}: ${(error as Error).message}`);
    }
    const record = await parseRecord(text, path);
    if (record !== undefined) return record;
  }
  return undefined;
}

/** Undefined for what is none of ours: other programs have files of this name. */
async function parseRecord(text: string, path: string): Promise<DatasetRecord | undefined> {
  const damaged = (reason: string): DatasetError =>
    new DatasetError(
      `${path}, what the run was trained on, is damaged: ${reason}. Restore it, or remove it and name \`data\``,
    );
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw damaged('it is no JSON');
  }
  if (!z.object({ format: z.number() }).safeParse(json).success) return undefined;
  const result = recordSchema.safeParse(json);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw damaged(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  const turn = new Turn();
  const parts = { train: [] as RecordedVideo[], validation: [] as RecordedVideo[], test: [] as RecordedVideo[] };
  for (const part of PARTS) {
    for (const [index, entry] of result.data.parts[part].entries()) {
      const video = videoOf(entry);
      if (video === undefined)
        throw damaged(`parts.${part}.${index}: expected a path, its bytes and perhaps a span and a weight`);
      parts[part].push(video);
      if (turn.over) await turn.next();
    }
  }
  return { ...result.data, parts };
}

/** By hand, as there may be some hundred thousand. JSON has null for a span without an end. */
function videoOf(entry: unknown): RecordedVideo | undefined {
  if (!Array.isArray(entry)) return undefined;
  const [path, bytes, ...others] = entry as readonly unknown[];
  if (typeof path !== 'string' || typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes < 0)
    return undefined;
  // A span is two numbers, a weight the one that is left.
  const weight = others.length % 2 === 1 ? others.pop() : undefined;
  if (weight !== undefined && (typeof weight !== 'number' || weight < 0)) return undefined;
  const weighted = { path, bytes, ...(weight !== undefined && { weight }) };
  if (others.length === 0) return weighted;
  const [from, end] = others;
  const to = end === null ? Infinity : end;
  if (others.length !== 2 || typeof from !== 'number' || typeof to !== 'number' || from < 0) return undefined;
  return { ...weighted, span: [from, to] };
}
