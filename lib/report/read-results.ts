import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { UsageError } from '../base/errors';
import { messageOf } from '../base/shown';
import { multiLabel, singleLabel } from '../base/task';
import { errorCode } from '../io/output-failure';
import { averagePrecisionSchema } from '../metrics/details';
import type { ClassifiedClip } from '../metrics/evaluation';
import { parseHistory } from '../metrics/history/history';
import { evaluationResults, type RunResults } from './results';

const scoresSchema = z.object({
  format: z.literal(1),
  threshold: z.number().min(0).lt(1),
  // Absent in files of before it was kept.
  averagePrecision: averagePrecisionSchema.default([]),
});

const spanSchema = { start: z.string().default(''), end: z.string().default('') };
const predictionSchema = z.object({
  ...{ file: z.string(), ...spanSchema, true_class: z.string(), predicted_class: z.string() },
  probability: z.coerce.number().min(0).max(1),
});
const labelSchema = z.object({
  ...{ file: z.string(), ...spanSchema, true_classes: z.string(), predicted_classes: z.string() },
  ...{
    probabilities: z.string(),
    missed_classes: z.string().default(''),
    missed_probabilities: z.string().default(''),
  },
});

/**
 * What a run's folder tells of it: its history and, where they are there, its predictions, of which follow the confusion matrix and all else that reports show. Throws
 * {@link UsageError} that names the file that is missing or damaged.
 */
export async function readRunResults(folder: string): Promise<RunResults> {
  const text = await readIfAny(join(folder, 'history.json'));
  if (text === undefined) throw new UsageError(`${folder} holds no run: there is no history.json in it`);
  const history = named('history.json', folder, () => parseHistory(text));
  const { classes } = history;
  const predictions = await readIfAny(join(folder, 'predictions.csv'));
  if (predictions === undefined) return { history };
  const scores = await readIfAny(join(folder, 'label_scores.json'));
  if (scores === undefined) {
    const clips = named('predictions.csv', folder, () => rows(predictionSchema, predictions).map(classified(classes)));
    return { history, ...(await evaluationResults({ clips }, singleLabel(classes))) };
  }
  const { threshold, averagePrecision } = named('label_scores.json', folder, () =>
    scoresSchema.parse(JSON.parse(scores)),
  );
  const clips = named('predictions.csv', folder, () =>
    rows(labelSchema, predictions).map(labelled(classes, threshold)),
  );
  const results = await evaluationResults({ clips }, multiLabel(classes), threshold);
  return { history, ...results, ...(results.labels && { labels: { ...results.labels, averagePrecision } }) };
}

async function readIfAny(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = errorCode(error) ?? 'unknown';
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new UsageError(`${path} cannot be read: ${code}`);
  }
}

function named<T>(file: string, folder: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const [issue] = error instanceof z.ZodError ? error.issues : [];
    const why = issue === undefined ? messageOf(error) : `${issue.path.join('.')}: ${issue.message}`;
    throw new UsageError(`${join(folder, file)} is damaged: ${why}`);
  }
}

function rows<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema>[] {
  return z.array(schema).parse(parse(text, { columns: true }));
}

const spanOf = ({ start, end }: { start: string; end: string }) =>
  start === '' ? {} : { span: [Number(start), Number(end)] as const };

function indexOf(classes: readonly string[], name: string): number {
  const index = classes.indexOf(name);
  if (index < 0) throw new UsageError(`"${name}" is no class of the run`);
  return index;
}

/** The other classes share what is left alike: so much as the reports ask for, the likeliest and whether it is right, follows from it. */
function classified(classes: readonly string[]) {
  return (row: z.output<typeof predictionSchema>, index: number): ClassifiedClip => {
    const predicted = indexOf(classes, row.predicted_class);
    const rest = Math.min((1 - row.probability) / (classes.length - 1), row.probability * (1 - 1e-6));
    const probabilities = new Float32Array(classes.length).fill(rest);
    probabilities[predicted] = row.probability;
    return { ...place(row, index), target: [indexOf(classes, row.true_class)], probabilities };
  };
}

/** Of the classes that were neither given nor missed no more is known than that they are below the threshold. */
function labelled(classes: readonly string[], threshold: number) {
  return (row: z.output<typeof labelSchema>, index: number): ClassifiedClip => {
    const probabilities = new Float32Array(classes.length);
    const put = (names: string, values: string, at: (probability: number) => number): void => {
      const numbers = values.split('|').map(Number);
      split(names).forEach((name, i) => (probabilities[indexOf(classes, name)] = at(numbers[i] ?? Number.NaN)));
    };
    // Six digits may fall on the threshold.
    put(row.predicted_classes, row.probabilities, (probability) => Math.max(probability, threshold + 1e-6));
    put(row.missed_classes, row.missed_probabilities, (probability) => Math.min(probability, threshold));
    const target = split(row.true_classes).map((name) => indexOf(classes, name));
    return { ...place(row, index), target, probabilities };
  };
}

const split = (names: string): string[] => (names === '' ? [] : names.split('|'));

const place = (row: { file: string; start: string; end: string }, index: number) => ({
  ...{ file: row.file, index, ...spanOf(row) },
  // It is not kept, and no report shows it.
  loss: 0,
});
