/** The learning rate at a step, counted from 0. */
export type Schedule = (step: number) => number;

/**
 * Half a cosine from `initial` down to `initial · alpha` (default 0) over `steps`, after a linear warm-up of `warmupSteps` (default 0) that
 * belong to them.
 */
export function cosineDecay(
  initial: number,
  steps: number,
  options: { alpha?: number; warmupSteps?: number } = {},
): Schedule {
  const alpha = options.alpha ?? 0;
  const warmup = options.warmupSteps ?? 0;
  return (step) => {
    if (step < warmup) return (initial * (step + 1)) / warmup;
    const progress = Math.min(1, (step - warmup) / Math.max(1, steps - warmup));
    return initial * (alpha + (1 - alpha) * 0.5 * (1 + Math.cos(Math.PI * progress)));
  };
}
