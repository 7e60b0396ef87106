import type { Random } from '../../base/random';

/** A number from Beta(alpha, alpha), in [0, 1]: by Jöhnk's method up to alpha 1, above by Cheng's BB. */
export function symmetricBeta(alpha: number, random: Random): number {
  return alpha <= 1 ? johnk(alpha, random) : cheng(alpha, random);
}

/** In (0, 1): its logarithm is finite. */
const positive = (random: Random): number => 1 - random.float();

function johnk(alpha: number, random: Random): number {
  for (;;) {
    // Powers of 1 / alpha by their logarithms, as those of a small alpha are too small for numbers.
    const x = Math.log(positive(random)) / alpha;
    const y = Math.log(positive(random)) / alpha;
    const most = Math.max(x, y);
    const sum = most + Math.log(Math.exp(x - most) + Math.exp(y - most));
    if (sum <= 0) return Math.exp(x - sum);
  }
}

function cheng(alpha: number, random: Random): number {
  const scale = 1 / Math.sqrt(alpha);
  const gamma = alpha + Math.sqrt(alpha);
  for (;;) {
    const u = positive(random);
    const v = scale * Math.log(u / (1 - u || Number.MIN_VALUE));
    const w = alpha * Math.exp(v);
    const z = Math.log(u * u * positive(random));
    const r = gamma * v - Math.log(4);
    if (r + 2 * alpha * Math.log((2 * alpha) / (alpha + w)) >= z) return 1 / (1 + Math.exp(-v));
  }
}
