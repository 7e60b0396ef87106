import type { NativeSession, RunPlan } from '../native/session';
import type { NativeTensor } from '../native/tensor';

/** A session that tells how long its runs took: what is left of a caller's time went into feeds, results and waiting. */
export class TimedSession implements NativeSession {
  private total = 0;

  constructor(private readonly session: NativeSession) {}

  /** Of all runs so far, those that failed included; traced ones are not counted. */
  get seconds(): number {
    return this.total;
  }

  async run(plan: RunPlan, feeds: NativeTensor[], options?: Uint8Array): Promise<NativeTensor[]> {
    const begin = performance.now();
    try {
      return await this.session.run(plan, feeds, options);
    } finally {
      this.total += (performance.now() - begin) / 1000;
    }
  }

  prepare(...given: Parameters<NativeSession['prepare']>): RunPlan {
    return this.session.prepare(...given);
  }

  trace(...given: Parameters<NativeSession['trace']>): ReturnType<NativeSession['trace']> {
    return this.session.trace(...given);
  }

  devices(): ReturnType<NativeSession['devices']> {
    return this.session.devices();
  }

  close(): void {
    this.session.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
