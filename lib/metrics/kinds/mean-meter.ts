import { z } from 'zod';
import type { Measured, Meter } from '../metric';
import { meterState } from './meter-state';

/** A total that is no number is null, as JSON has it. */
const meanState = z.strictObject({ total: z.number().nullable(), count: z.int().nonnegative() });

/** The mean of one number a clip: what most metrics are. */
export class MeanMeter implements Meter {
  private total = 0;
  private count = 0;

  /** `each`: [count], one number a clip. */
  constructor(private readonly each: (measured: Measured) => ArrayLike<number>) {}

  add(measured: Measured): void {
    const values = this.each(measured);
    for (let i = 0; i < measured.count; i++) this.total += values[i] as number;
    this.count += measured.count;
  }

  result(): number {
    return this.total / this.count;
  }

  state(): z.output<typeof meanState> {
    return { total: Number.isFinite(this.total) ? this.total : null, count: this.count };
  }

  /** Throws {@link UsageError} for what is no state of a mean. */
  restore(state: unknown): void {
    const { total, count } = meterState(meanState, state, { what: 'a mean', expected: '{ total, count }' });
    this.total = total ?? NaN;
    this.count = count;
  }
}
