import { z } from 'zod';
import { shown } from '../../../base/shown';

const EXPECTED_STEPS = 'expected a number of steps of at least 1, or of minutes such as 30m';
const EXPECTED_TIME = 'expected a time such as 90s, 30m or 2h';

const unlike = (expected: string) => ({
  error: ({ input }: { input?: unknown }) => `${expected}, got ${shown(input)}`,
});

/** Every so many steps, or minutes: `30m`. */
export const saveEvery: z.ZodType<number | string, number | string> = z.union(
  [
    z.int(unlike(EXPECTED_STEPS)).min(1, unlike(EXPECTED_STEPS)),
    z.string(unlike(EXPECTED_STEPS)).regex(/^(?=.*[1-9])\d+(\.\d+)?m$/, unlike(EXPECTED_STEPS)),
  ],
  unlike(EXPECTED_STEPS),
);

/** As the checkpoints' callback takes it. */
export function intervalOf(every: number | string | undefined): { everySteps?: number; everyMinutes?: number } {
  if (every === undefined) return {};
  return typeof every === 'number' ? { everySteps: every } : { everyMinutes: Number(every.slice(0, -1)) };
}

/** Wall-clock time: `90s`, `30m`, `2h`. */
export const duration: z.ZodType<string, string> = z
  .string(unlike(EXPECTED_TIME))
  .regex(/^(?=.*[1-9])\d+(\.\d+)?[smh]$/, unlike(EXPECTED_TIME));

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

export function secondsOf(time: string): number {
  return Number(time.slice(0, -1)) * (SECONDS[time.slice(-1)] ?? 1);
}
