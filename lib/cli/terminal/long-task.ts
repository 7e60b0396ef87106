import type { ProgressSink } from './progress-sink';

/** What is done sooner is done before anybody asks how far it is. */
const LONG_MS = 1000;

/** A task that shows from its second second on; what is done sooner leaves no line. */
export interface LongTask {
  update(done: number, total: number): void;
  /** `summary` is left out where the task never showed. */
  end(summary: string): void;
}

/** `unit` in the plural. `now`: milliseconds, as `Date.now` gives them. */
export function startWhenLong(
  progress: ProgressSink,
  task: { label: string; unit: string },
  now: () => number = Date.now,
): LongTask {
  const begin = now();
  let started = false;
  return {
    update(done, total) {
      if (!started && now() - begin < LONG_MS) return;
      if (!started) progress.start({ ...task, total, since: begin });
      started = true;
      progress.update(done);
    },
    end(summary) {
      if (started) progress.end(summary);
    },
  };
}
