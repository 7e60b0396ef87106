import type { BatchResult } from './runner';

/** The index of the largest logit of each row. */
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

/** Mean loss and accuracy over the clips of many batches. */
export class RunningMetrics {
  private total = 0;
  private correct = 0;
  private seen = 0;

  add(result: BatchResult, labels: Int32Array): void {
    const predicted = predictedClasses(result.logits, labels.length);
    labels.forEach((label, index) => {
      this.total += result.losses[index] as number;
      if (predicted[index] === label) this.correct += 1;
    });
    this.seen += labels.length;
  }

  get clips(): number {
    return this.seen;
  }

  /** Mean cross-entropy in nats; NaN before the first batch. */
  get loss(): number {
    return this.total / this.seen;
  }

  /** From 0 to 1; NaN before the first batch. */
  get accuracy(): number {
    return this.correct / this.seen;
  }
}
