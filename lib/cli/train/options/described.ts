import { z } from 'zod';
import { isRecord } from '../../../base/check-options';
import { UsageError } from '../../../base/errors';
import type { Described, Json } from '../../../base/described';
import { shown } from '../../../base/shown';
import { losses } from '../../../learning/loss';
import { optimizers } from '../../../learning/optimizer';
import { chosenMetrics } from '../../../metrics/meters';
import { metrics } from '../../../metrics/metrics';
import { chosenCallbacks } from '../../../training/callbacks/chosen-callbacks';
import { callbacks } from '../../../training/callbacks/registry';
import type { ClassWeights } from '../../../training/class-weights';
import type { StageRates } from '../../../training/step/stages';
import { readBy } from '../../options/option';
import { checkSchedule, SCHEDULE_NAMES } from '../learning/schedule';

/** A kind, or a description; as it was given, since a learning rate that it leaves out is the command's. */
export const chosenOptimizer = readBy<Described<'optimizer'>>((given) => {
  const { kind } = optimizers.check(given);
  return typeof given === 'object' ? { ...given, kind } : { kind };
}, optimizers.schema());

/** A name of the command's, or a description of which rate and steps may be left out. */
export const chosenSchedule = readBy<string | Described<'schedule'>>(
  checkSchedule,
  z.union([z.enum(SCHEDULE_NAMES), z.looseObject({ kind: z.string() })]),
);

export const chosenLoss = readBy((given) => losses.check(given), losses.schema());

/** Kinds between commas, or a list of kinds and descriptions. */
export const listedMetrics = readBy<readonly Described<'metric'>[]>(
  (given) => {
    const list = typeof given === 'string' ? given.split(',').map((kind) => kind.trim()) : given;
    if (!Array.isArray(list)) throw new UsageError(`expected kinds of metrics, got ${shown(given)}`);
    const checked = list.map((one) => metrics.check(one));
    chosenMetrics(checked);
    return checked;
  },
  z.union([z.string(), z.array(metrics.schema())]),
);

export const listedCallbacks = readBy<readonly Described<'callback'>[]>((given) => {
  if (!Array.isArray(given)) throw new UsageError(`expected a list of callbacks, got ${shown(given)}`);
  const checked = given.map((one) => callbacks.check(one));
  chosenCallbacks(checked);
  return checked;
}, z.array(callbacks.schema()));

/** What a callback of a kind is told beside the metric: the number of epochs that most people change, or its other options too. */
export const onPlateau = readBy<number | Record<string, Json>>(
  (given) => {
    if (typeof given === 'number' && Number.isSafeInteger(given) && given > 0) return given;
    if (isRecord(given)) return given as Record<string, Json>;
    throw new UsageError(`expected a number of epochs, or options such as {"patience":3}, got ${shown(given)}`);
  },
  z.union([z.int().min(1), z.looseObject({})]),
);

/** Factors by names, none of them negative. */
function factors(given: unknown, expected: string): Readonly<Record<string, number>> {
  if (!isRecord(given)) throw new UsageError(`expected ${expected}, got ${shown(given)}`);
  const wrong = Object.entries(given).find(([, factor]) => !isFactor(factor));
  if (wrong !== undefined) throw new UsageError(`${wrong[0]}: expected a number of at least 0, got ${shown(wrong[1])}`);
  return given as Record<string, number>;
}

const isFactor = (factor: unknown): boolean => typeof factor === 'number' && Number.isFinite(factor) && factor >= 0;

/** By the classes' names, which the data set has to have. */
export const classWeights = readBy<ClassWeights>(
  (given) => (given === 'balanced' ? given : factors(given, 'balanced, or factors by classes')),
  z.union([z.literal('balanced'), z.record(z.string(), z.number().min(0))]),
);

export const stageRates = readBy<StageRates>(
  (given) => {
    if (typeof given !== 'number') return factors(given, 'a factor, or factors by stages');
    if (given > 0 && Number.isFinite(given)) return given;
    throw new UsageError(`expected a factor above 0, got ${shown(given)}`);
  },
  z.union([z.number().positive(), z.record(z.string(), z.number().min(0))]),
);
