import type { Addon } from '../../../lib/native/addon';
import type { Expectation } from './fit';

export interface Measure {
  /** Of people: `one training step`. */
  readonly title: string;
  readonly unit: 'seconds' | 'bytes';
  /** None for what is only shown. */
  readonly expected?: Expectation;
}

/** What one point is prepared and measured with. */
export interface PointTools {
  readonly addon: Addon;
  /** Of this point alone; removed after it. */
  readonly folder: string;
}

/** A cost, or several, against one number. */
export interface Series {
  readonly name: string;
  /** Of people: what the number is. */
  readonly against: string;
  /** One sentence: what is done, and what stays the same. */
  readonly about: string;
  /** Rising. */
  readonly points: readonly number[];
  /** Those of `--quick`: three at least. */
  readonly quickPoints: readonly number[];
  /** How a point is written. Default: the number. */
  readonly shown?: (at: number) => string;
  /** By name: what {@link work} gives, and `memory`, which is measured around it. */
  readonly measures: Readonly<Record<string, Measure>>;
  /** Puts what the work needs into the folder, in another process: its memory is none of the work's. */
  prepare?(at: number, tools: PointTools): Promise<void>;
  /** Does the work at one point, in a process of its own, and gives its measures. */
  work(at: number, tools: PointTools): Promise<Readonly<Record<string, number>>>;
}

/** Peak resident memory above that of the loaded library. */
export const memory = (expected: Expectation): Measure => ({ title: 'peak memory', unit: 'bytes', expected });

export const seconds = (title: string, expected?: Expectation): Measure => ({
  ...{ title, unit: 'seconds' },
  ...(expected && { expected }),
});

export const linear = (room: number): Expectation => ({ growth: 'linear', room });
export const flat = (room: number): Expectation => ({ growth: 'flat', room });
