import { z } from 'zod';
import { Registry } from '../../base/described';

/** A number that follows from the step alone, such as the learning rate. */
export interface Schedule {
  /** Its value at a step, counted from 0: of a run, or of the phase of it that has the schedule. */
  at(step: number): number;
  /** Its length, where it has one, after which it goes on as it then is: a run that is planned shorter would break it off. */
  readonly steps?: number;
}

/** Schedules by kinds; a bare number is a `constant` one. */
export const schedules = new Registry<'schedule', Schedule, number>('schedule', { kind: 'constant', option: 'rate' });

/** The rate that a schedule begins with. */
export const initial = z.number().positive();
/** A rate; at 0 nothing learns. */
export const rate = z.number().min(0);
/** At least one step. */
export const steps = z.int().min(1);

/** The same at each step. `rate`: at least 0; at 0 nothing learns. */
export const constant = schedules.define('constant', z.object({ rate }), (options) => ({ at: () => options.rate }));
