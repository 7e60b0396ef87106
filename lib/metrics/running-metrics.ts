import { predictedClasses } from '../base/task';

/** What one pass over a batch gave. */
export interface Outcome {
  /** Row-major [batch, classes]. */
  readonly logits: Float32Array;
  /** [batch], nats. */
  readonly losses: Float32Array;
}

/** Mean loss and accuracy over the clips of many batches. */
export class RunningMetrics {
  private total = 0;
  private correct = 0;
  private seen = 0;

  /** `targets`: row-major [batch, classes]. */
  add({ logits, losses }: Outcome, targets: Float32Array): void {
    const predicted = predictedClasses(logits, losses.length);
    const labels = predictedClasses(targets, losses.length);
    labels.forEach((label, index) => {
      this.total += losses[index] as number;
      if (predicted[index] === label) this.correct += 1;
    });
    this.seen += losses.length;
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
