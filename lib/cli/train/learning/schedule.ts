import type { Described, Json } from '../../../base/described';
import { UsageError } from '../../../base/errors';
import { shown } from '../../../base/shown';
import { optimizers } from '../../../learning/optimizer';
import { schedules } from '../../../learning/schedule';

/** What a schedule is completed with. */
export interface Course {
  /** The learning rate at its highest. */
  readonly rate: number;
  /** Training steps that it is to last. */
  readonly steps: number;
}

type Options = Readonly<Record<string, Json>>;

/** What the command's names of schedules stand for, beside rate and steps. */
const NAMED: Readonly<Record<string, (steps: number) => Described<'schedule'>>> = {
  constant: () => ({ kind: 'constant' }),
  cosine: () => ({ kind: 'cosineDecay' }),
  // Two drops in a run, as the usual 30 of 90 epochs.
  step: (steps) => ({ kind: 'stepDecay', every: Math.max(1, Math.ceil(steps / 3)), factor: 0.1 }),
  exponential: () => ({ kind: 'exponentialDecay', factor: 0.01 }),
  polynomial: () => ({ kind: 'polynomialDecay', end: 0 }),
};

export const SCHEDULE_NAMES = ['constant', 'cosine', 'step', 'exponential', 'polynomial'] as const;

/** Whether an optimizer, or a schedule, says its learning rate itself. */
export function statesRate(given: unknown): boolean {
  if (typeof given !== 'object' || given === null) return false;
  const options = given as Options;
  return ['learningRate', 'initial', 'rate', 'rates'].some((name) => name in options) || statesRate(options['then']);
}

/** The learning rate of an optimizer that is named without one: the kind's own, at the beginning. */
export function rateOf(optimizer: Described<'optimizer'>): number {
  return optimizers.build(optimizer).learningRate.at(0);
}

/** Throws UsageError for what is neither a name nor a description that rate and steps complete. */
export function checkSchedule(given: unknown): string | Described<'schedule'> {
  if (typeof given === 'string' && Object.hasOwn(NAMED, given)) return given;
  const bare = typeof given === 'string' && schedules.names().includes(given) ? { kind: given } : given;
  if (typeof bare !== 'object' || bare === null || !('kind' in bare) || typeof bare.kind !== 'string')
    throw new UsageError(`expected ${SCHEDULE_NAMES.join(', ')} or a description, got ${shown(given)}`);
  const described = bare as Described<'schedule'>;
  completed(described, { rate: 1e-3, steps: Number.MAX_SAFE_INTEGER });
  return described;
}

/** A schedule with the run's rate and steps where it has none of its own. Throws UsageError for wrong options. */
export function completed(given: string | Described<'schedule'>, course: Course): Described<'schedule'> {
  const { kind, ...options } = typeof given === 'string' ? (NAMED[given]?.(course.steps) ?? { kind: given }) : given;
  const known = optionsOf(kind);
  const missing = Object.entries({ initial: course.rate, rate: course.rate, steps: course.steps }).filter(
    ([name]) => known.includes(name) && !(name in options),
  );
  return schedules.check({ ...Object.fromEntries(missing), ...options, kind });
}

/** A schedule after a rise to its rate in so many of the course's steps. */
export function warmedUp(given: string | Described<'schedule'>, warmup: number, course: Course): Described<'schedule'> {
  if (warmup === 0) return completed(given, course);
  const whole = completed(given, course);
  if (whole.kind === 'cosineDecay' && whole['warmupSteps'] === 0)
    return schedules.check({ ...whole, warmupSteps: warmup });
  const then = completed(given, { ...course, steps: Math.max(1, course.steps - warmup) });
  // As that of a cosine: no step is lost at a rate of 0.
  const from = schedules.build(then).at(0) / (warmup + 1);
  return schedules.check({ kind: 'warmUp', steps: warmup, from, then });
}

/** The options that a kind of schedule has. */
function optionsOf(kind: string): string[] {
  const kinds = schedules.jsonSchema().anyOf ?? [];
  for (const one of kinds) {
    const { properties = {} } = typeof one === 'object' ? one : {};
    const { kind: name } = properties;
    if (typeof name === 'object' && name.const === kind) return Object.keys(properties);
  }
  return [];
}
