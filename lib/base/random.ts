import { hash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { UsageError } from './errors';

/** The whole state of a {@link Random}: plain data, fit for JSON. */
export type RandomState = readonly [number, number, number, number];

/** A seeded generator (xoroshiro128+): the same seed gives the same numbers on every machine. */
export class Random {
  private constructor(private readonly generator: RandomGenerator) {}

  /** The stream that {@link derive} gives for a bare seed. */
  static seeded(seed: number): Random {
    return derive(seed);
  }

  /** Goes on exactly where the generator that gave `state` stood. */
  static fromState(state: RandomState): Random {
    const words = [...state];
    if (words.length !== 4 || !words.every((word) => Number.isInteger(word) && (word | 0) === word)) {
      throw new UsageError('The state of a random generator is four signed 32-bit integers');
    }
    // All zeros is the one state that this generator never leaves.
    if (words.every((word) => word === 0)) throw new UsageError('The state of a random generator is never all zeros');
    return new Random(xoroshiro128plusFromState(words));
  }

  get state(): RandomState {
    const [a, b, c, d] = this.generator.getState() as [number, number, number, number];
    return [a, b, c, d];
  }

  /** Uniform in [0, 1), 53 random bits. */
  float(): number {
    return uniformFloat64(this.generator);
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.float();
  }

  /** A uniform integer in [0, n), without modulo bias. `n` is an integer from 1 to 2^53 − 1. */
  integer(n: number): number {
    if (!Number.isSafeInteger(n) || n < 1)
      throw new UsageError(`A random integer needs a bound of at least 1, got ${n}`);
    return uniformInt(this.generator, 0, n - 1);
  }

  /** One of the items, each with the same probability. */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new UsageError('Nothing to pick from');
    return items[this.integer(items.length)] as T;
  }

  /** A new array with the items in random order (Fisher–Yates). */
  shuffled<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let last = result.length - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      [result[last], result[other]] = [result[other] as T, result[last] as T];
    }
    return result;
  }
}

/**
 * An independent stream for each list of arguments, such as `derive(seed, 'start', epoch, index)`: numbers and strings are
 * told apart, and neighbouring seeds have nothing in common, because the state is a hash of them all.
 */
export function derive(seed: number, ...parts: readonly (string | number)[]): Random {
  if (!Number.isSafeInteger(seed)) throw new UsageError(`A seed is an integer, got ${seed}`);
  const digest = hash('sha256', JSON.stringify([seed, ...parts]), 'buffer');
  return Random.fromState([
    digest.readInt32LE(0),
    digest.readInt32LE(4),
    digest.readInt32LE(8),
    digest.readInt32LE(12),
  ]);
}
