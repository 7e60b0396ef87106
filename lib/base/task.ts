import { UsageError } from './errors';

/** The index of the largest number of each row: of logits or probabilities what is predicted, of targets the class. */
export function predictedClasses(logits: Float32Array, batch: number): number[] {
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

/** Softmax of each row of logits [batch, classes]. */
export function probabilities(logits: Float32Array, batch: number): Float32Array {
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

/** The classes of the highest probability, the likeliest first. */
export function topClasses(
  row: Float32Array,
  classes: readonly string[],
  count: number,
): { label: string; index: number; probability: number }[] {
  return [...row.keys()]
    .sort((a, b) => (row[b] as number) - (row[a] as number))
    .slice(0, count)
    .map((index) => ({ label: classes[index] ?? `class ${index}`, index, probability: row[index] as number }));
}

/** Dense targets, row-major [n, classes], of one class for each clip. Throws {@link UsageError} for what is no class. */
export function oneHot(labels: readonly number[], classes: number): Float32Array {
  const targets = new Float32Array(labels.length * classes);
  labels.forEach((label, row) => {
    if (!Number.isInteger(label) || label < 0 || label >= classes)
      throw new UsageError(`${label} is no class: there are ${classes}, counted from 0`);
    targets[row * classes + label] = 1;
  });
  return targets;
}
