import { DivergedError } from '../base/errors';

/** What one pass over a batch gave. */
export interface Outcome {
  /** Row-major [batch, classes]. */
  readonly logits: Float32Array;
  /** [batch], nats. */
  readonly losses: Float32Array;
}

/** Throws {@link DivergedError} where a logit or a loss is NaN or infinite; it names the files of those clips. */
export function checkFinite(
  { logits, losses }: Outcome,
  files: readonly string[],
  at: { readonly epoch?: number; readonly step?: number } = {},
): void {
  const batch = losses.length;
  const width = logits.length / batch;
  const wrong = (row: number): boolean =>
    !Number.isFinite(losses[row]) || !logits.subarray(row * width, (row + 1) * width).every(Number.isFinite);
  const rows = Array.from({ length: batch }, (_, row) => row).filter(wrong);
  const [first] = rows;
  if (first === undefined) return;
  const what = Number.isFinite(losses[first]) ? 'logits' : 'loss';
  throw new DivergedError(what, { ...at, files: [...new Set(rows.map((row) => files[row] as string))] });
}
