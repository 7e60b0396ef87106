import { z } from 'zod';

/** Frames from `first` to `last`, both included, `step` apart. */
export interface FrameRun {
  readonly first: number;
  readonly last: number;
  readonly step: number;
}

const RUN = /^(\d+)(?:-(\d+)(?::(\d+))?)?$/;

function parseRun(text: string): FrameRun | undefined {
  const [, first, last = first, step = '1'] = RUN.exec(text.trim()) ?? [];
  const run = { first: Number(first), last: Number(last), step: Number(step) };
  const valid = Object.values(run).every(Number.isSafeInteger) && run.first <= run.last && run.step >= 1;
  return valid ? run : undefined;
}

/** `0,100,8800`, `0-10` or `0-900:30`: frames that a user lists, from 0. */
export const frameList = z.string().transform((text, context): readonly FrameRun[] => {
  const runs = text.split(',').map(parseRun);
  if (runs.every((run) => run !== undefined)) return runs;
  context.addIssue({
    code: 'custom',
    message: `expected frames such as 0,100,8800 or 0-10 or 0-900:30, got "${text}"`,
  });
  return z.NEVER;
});

/** The first frame of the list that a video of `frameCount` frames lacks. */
export function firstPastEnd(list: readonly FrameRun[], frameCount: number): number | undefined {
  const past = list.flatMap(({ first, last, step }) => {
    const skipped = Math.max(0, Math.ceil((frameCount - first) / step));
    const frame = first + skipped * step;
    return frame <= last ? [frame] : [];
  });
  return past.length === 0 ? undefined : Math.min(...past);
}

/** The numbers of a list that holds no frame past the end, ascending, each once. */
export function framesOf(list: readonly FrameRun[]): number[] {
  const numbers = new Set<number>();
  for (const { first, last, step } of list) for (let frame = first; frame <= last; frame += step) numbers.add(frame);
  return [...numbers].sort((a, b) => a - b);
}
