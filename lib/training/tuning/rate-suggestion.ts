/** Learning rates to choose from, by a curve of losses over rising rates. */
export interface RateSuggestion {
  /** Where the smoothed loss falls fastest: a rate to begin with. */
  readonly steepest: number;
  /** A tenth of the rate at which the smoothed loss is lowest: near to the highest that is safe. */
  readonly minimum: number;
}

/** The first losses say little of their rates, and the last ones are of a run that breaks. */
const [SKIPPED_SHARE, SKIPPED_AT_END] = [0.1, 2];

/** Exponential moving averages without the bias towards 0 of their beginning, as Adam has them. `momentum`: 0 (none) to below 1. */
export function smoothed(losses: readonly number[], momentum: number): readonly number[] {
  let average = 0;
  return losses.map((loss, i) => {
    average = momentum * average + (1 - momentum) * loss;
    return average / (1 - momentum ** (i + 1));
  });
}

/** `rates`: rising by equal factors. `losses`: beside them, smoothed. Undefined where they never fall, or are too few to tell. */
export function suggestRate(rates: readonly number[], losses: readonly number[]): RateSuggestion | undefined {
  const first = Math.floor(SKIPPED_SHARE * losses.length) + 1;
  const last = losses.length - SKIPPED_AT_END;
  let [steepest, slope] = [-1, 0];
  for (let i = first; i < last; i++) {
    const change = ((losses[i + 1] as number) - (losses[i - 1] as number)) / 2;
    if (change < slope) [steepest, slope] = [i, change];
  }
  if (steepest < 0) return undefined;
  const lowest = losses.indexOf(losses.reduce((a, b) => Math.min(a, b), Infinity));
  return { steepest: rates[steepest] as number, minimum: (rates[lowest] as number) / 10 };
}
