import { decodeTargets, rowsOf, type TaskKind } from '../base/task';
import { rightShare } from './right-share';

/** What one pass over a batch gave. */
export interface Outcome {
  /** Row-major [batch, classes]. */
  readonly logits: Float32Array;
  /** [batch], nats. */
  readonly losses: Float32Array;
}

/** A logit above it is a probability above a half. */
const HALF = 0;

/** Mean loss and accuracy over the clips of many batches. */
export class RunningMetrics {
  private total = 0;
  private right = 0;
  private seen = 0;

  constructor(private readonly kind: TaskKind) {}

  /** `targets`: row-major [batch, classes]. Of clips that were mixed the class with the larger share counts as the true one. */
  add({ logits, losses }: Outcome, targets: Float32Array): void {
    const rows = rowsOf(logits, losses.length);
    decodeTargets(targets, losses.length, this.kind).forEach((target, row) => {
      this.total += losses[row] as number;
      this.right += rightShare(rows[row] as Float32Array, target, this.kind, HALF);
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

  /** From 0 to 1, see {@link rightShare}; NaN before the first batch. */
  get accuracy(): number {
    return this.right / this.seen;
  }
}
