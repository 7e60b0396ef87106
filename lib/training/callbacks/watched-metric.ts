import { UsageError } from '../../base/errors';
import type { Run } from '../callback';

interface Options {
  readonly monitor: string;
  readonly minDelta: number;
  readonly mode?: 'min' | 'max';
}

/** A metric that a callback waits for improvements of. A NaN is never better. */
export class WatchedMetric {
  private sign = 1;

  /** `watcher`: begins the message of a metric that is not measured. */
  constructor(
    private readonly watcher: string,
    private readonly options: Options,
  ) {}

  /** Throws {@link UsageError} where the run does not measure it. */
  begin(run: Run): void {
    const { monitor, mode } = this.options;
    const higher = this.higherIsBetter(monitor, run);
    this.sign = (mode === undefined ? higher : mode === 'max') ? 1 : -1;
  }

  isBetter(value: number, than: number | undefined): boolean {
    if (Number.isNaN(value)) return false;
    return than === undefined || this.sign * (value - than) > this.options.minDelta;
  }

  private higherIsBetter(monitor: string, run: Run): boolean {
    try {
      return run.higherIsBetter(monitor);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      throw new UsageError(`${this.watcher} cannot watch ${monitor}: ${error.message}`, { cause: error });
    }
  }
}
