import type { z } from 'zod';
import { DivergedError, UsageError } from './errors';
import { classNames, value } from './option-kinds';

/** What is told of a clip: one class of several, or any number of them. */
export interface Task {
  readonly kind: TaskKind;
  /** In the order of the logits. */
  readonly classes: readonly string[];
}

/** For schemas of options that hold a {@link Task}. */
export const anyTask = (): z.ZodType<Task, Task> =>
  value<Task>((given) => {
    if (typeof given !== 'object' || given === null || !('kind' in given && 'classes' in given)) return false;
    const { kind, classes } = given;
    return TASK_KINDS.some((known) => known === kind) && classNames().safeParse(classes).success;
  }, 'must be { kind: single-label or multi-label, classes: a list of different names }');

export const TASK_KINDS = ['single-label', 'multi-label'] as const;
/**
 * Whether a clip is of one class, or of any number of them.
 *
 * @useDeclaredType
 */
export type TaskKind = (typeof TASK_KINDS)[number];

/** The classes that a clip truly has, by index: exactly one where the task is single-label. */
export type Target = readonly number[];

export const singleLabel = (classes: readonly string[]): Task => ({ kind: 'single-label', classes });
export const multiLabel = (classes: readonly string[]): Task => ({ kind: 'multi-label', classes });

/** How many class names a line has. */
const SHOWN = 5;

/** The names of classes for a line of text: the first ones, and how many more there are. */
export function listClasses({ classes }: Task): string {
  const shown = classes.slice(0, SHOWN).join(', ');
  return classes.length > SHOWN ? `${shown} and ${classes.length - SHOWN} more` : shown;
}

/** Throws {@link UsageError} where clips of one task would be measured against a model of another. */
export function checkSameTask(model: Task, data: Task): void {
  if (data.kind !== model.kind) {
    throw new UsageError(
      `The data set is ${data.kind} and the model ${model.kind}: list the data set as ${model.kind}, or make a model of kind ${data.kind}`,
    );
  }
  if (data.classes.length !== model.classes.length || data.classes.some((name, i) => name !== model.classes[i])) {
    throw new UsageError(
      `The data set's classes are not the model's: ${data.classes.join(', ')} against ${model.classes.join(', ')}`,
    );
  }
}

/** Throws {@link DivergedError} where a score is NaN: nothing is larger than it, or smaller. */
function refuseNaN(scores: Float32Array): void {
  // By hand here and below: called for each number, a function takes several times as long.
  for (let i = 0; i < scores.length; i++) if (Number.isNaN(scores[i])) throw new DivergedError('logits', { files: [] });
}

/** The index of the largest number of each row: of logits or probabilities what is predicted, of targets the class. Throws {@link DivergedError} for NaN. */
export function predictedClasses(logits: Float32Array, batch: number): number[] {
  refuseNaN(logits);
  const classes = logits.length / batch;
  return Array.from({ length: batch }, (_, row) => {
    let best = row * classes;
    for (let i = best + 1; i < (row + 1) * classes; i++) {
      if ((logits[i] as number) > (logits[best] as number)) best = i;
    }
    return best - row * classes;
  });
}

/** Copies of the rows of a row-major batch. */
export function rowsOf(values: Float32Array, batch: number): Float32Array[] {
  const width = values.length / batch;
  return Array.from({ length: batch }, (_, row) => values.slice(row * width, (row + 1) * width));
}

/** Of logits [batch, classes]: the softmax of each row, which sums to 1; of a multi-label task the sigmoid of each number. */
export function probabilities(logits: Float32Array, batch: number, kind: TaskKind): Float32Array {
  return kind === 'multi-label' ? logits.map((score) => 1 / (1 + Math.exp(-score))) : softmax(logits, batch);
}

function softmax(logits: Float32Array, batch: number): Float32Array {
  const classes = logits.length / batch;
  const result = new Float32Array(logits.length);
  for (let row = 0; row < batch; row++) {
    const begin = row * classes;
    const scores = logits.subarray(begin, begin + classes);
    const largest = scores.reduce((a, b) => Math.max(a, b), -Infinity);
    let total = 0;
    scores.forEach((score, i) => {
      const weight = Math.exp(score - largest);
      result[begin + i] = weight;
      total += weight;
    });
    for (let i = begin; i < begin + classes; i++) result[i] = (result[i] as number) / total;
  }
  return result;
}

/** The classes of the highest probability, the likeliest first. Throws {@link DivergedError} for NaN. */
export function topClasses(
  row: Float32Array,
  classes: readonly string[],
  count: number,
): { label: string; index: number; probability: number }[] {
  refuseNaN(row);
  return [...row.keys()]
    .sort((a, b) => (row[b] as number) - (row[a] as number))
    .slice(0, count)
    .map((index) => ({ label: classes[index] ?? `class ${index}`, index, probability: row[index] as number }));
}

/** Above this probability a clip counts as of a class, where nobody says otherwise: that of Keras' binary accuracy. */
export const DEFAULT_THRESHOLD = 0.5;

/** The classes of a multi-label task whose probability is above the threshold, by index. Throws {@link DivergedError} for NaN. */
export function labelsAbove(row: Float32Array, threshold: number = DEFAULT_THRESHOLD): number[] {
  refuseNaN(row);
  const labels: number[] = [];
  for (let i = 0; i < row.length; i++) if ((row[i] as number) > threshold) labels.push(i);
  return labels;
}

/**
 * The classes of each row of dense targets: the one of the largest share, the first of several; of a multi-label task each with more than half.
 */
export function decodeTargets(targets: Float32Array, batch: number, kind: TaskKind): Target[] {
  if (kind === 'single-label') return predictedClasses(targets, batch).map((label) => [label]);
  return rowsOf(targets, batch).map((row) => labelsAbove(row, 0.5));
}

/** Dense targets, row-major [n, classes]: 1 for each class of a clip. Throws {@link UsageError} for what is no class. */
export function encodeTargets(targets: readonly Target[], classes: number): Float32Array {
  const rows = new Float32Array(targets.length * classes);
  targets.forEach((target, row) => {
    for (const label of target) {
      if (!Number.isInteger(label) || label < 0 || label >= classes)
        throw new UsageError(`${label} is no class: there are ${classes}, counted from 0`);
      rows[row * classes + label] = 1;
    }
  });
  return rows;
}
