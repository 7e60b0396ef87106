import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Described } from '../../../lib/base/described';

/** Values of two variables, or of what belongs to them. */
export interface Pair<Values> {
  readonly kernel: Values;
  readonly bias: Values;
}

/** Of two variables in rows; a number that is not finite is text. */
export type Rows = readonly (readonly (number | string)[] | number | string)[];

/** What scripts/python/fixtures/keras_learning.py computed. */
export interface KerasValues {
  readonly start: Pair<Rows>;
  /** By steps, as are the gradients and what comes out. */
  readonly rates: readonly number[];
  readonly gradients: readonly Pair<Rows>[];
  readonly optimizers: readonly { described: Described<'optimizer'>; variables: readonly Pair<Rows>[] }[];
  readonly averages: readonly {
    described: Described<'weightAverage'>;
    optimizer: Described<'optimizer'>;
    averages: readonly Pair<Rows>[];
  }[];
  readonly schedules: readonly { described: Described<'schedule'>; rates: readonly number[] }[];
  readonly clips: readonly {
    described: Described<'gradientTransform'>;
    name: string;
    gradients: readonly Rows[];
    clipped: readonly Rows[];
  }[];
  readonly losses: {
    logits: readonly number[][];
    weights: readonly number[];
    cases: readonly {
      described: Described<'loss'>;
      targets: readonly number[][];
      losses: readonly number[];
      gradient: readonly number[][];
      /** The mean of the losses, each times its weight. */
      weighted: number;
    }[];
  };
  readonly dropout: readonly { rate: number; kept: number }[];
}

export const kerasValues = JSON.parse(readFileSync(join(__dirname, '..', 'keras-values.json'), 'utf8')) as KerasValues;

/** Row-major. */
export const flat = (rows: Rows): number[] => rows.flat().map(Number);
