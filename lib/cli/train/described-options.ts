import { z } from 'zod';
import { UsageError } from '../../base/errors';
import type { Described } from '../../base/described';
import { shown } from '../../base/shown';
import { losses } from '../../learning/loss';
import { optimizers } from '../../learning/optimizer';
import { chosenMetrics } from '../../metrics/meters';
import { metrics } from '../../metrics/metrics';
import { chosenCallbacks } from '../../training/callbacks/chosen-callbacks';
import { callbacks } from '../../training/callbacks/registry';
import { readBy } from '../options/option';

export const describedOptimizer = readBy((given) => optimizers.check(given), optimizers.schema());

export const describedLoss = readBy((given) => losses.check(given), losses.schema());

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

const EXPECTED = 'expected a number of steps of at least 1, or of minutes such as 30m';
const unlike = { error: ({ input }: { input?: unknown }) => `${EXPECTED}, got ${shown(input)}` };

/** Every so many steps, or minutes: `30m`. */
export const saveEvery: z.ZodType<number | string, number | string> = z.union(
  [z.int(unlike).min(1, unlike), z.string(unlike).regex(/^(?=.*[1-9])\d+(\.\d+)?m$/, unlike)],
  unlike,
);

/** As the checkpoints' callback takes it. */
export function intervalOf(every: number | string | undefined): { everySteps?: number; everyMinutes?: number } {
  if (every === undefined) return {};
  return typeof every === 'number' ? { everySteps: every } : { everyMinutes: Number(every.slice(0, -1)) };
}
