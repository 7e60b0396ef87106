import { BusyError, DisposedError } from '../base/errors';

/** Who works with a trainer: one at a time changes its run, several may look at it in between, and nobody once it is disposed. */
export class TrainerUse {
  /** By what changes it, or by how many that look at it. */
  private present: 'changing' | number = 0;
  private readonly end = new AbortController();

  get disposed(): boolean {
    return this.end.signal.aborted;
  }

  /** What is under way is aborted. */
  dispose(): void {
    this.end.abort(new DisposedError('The trainer was disposed'));
  }

  /** Aborts with the caller's, and with the trainer. */
  signal(own: AbortSignal | undefined): AbortSignal {
    return AbortSignal.any([this.end.signal, ...(own ? [own] : [])]);
  }

  /** Throws {@link DisposedError}. */
  check(): void {
    if (this.disposed) throw new DisposedError('The trainer was disposed: make another one');
  }

  /** Throws {@link BusyError} while something changes the run; `instead`: what the caller can do then. */
  checkIdle(instead: string): void {
    if (this.present === 'changing') throw new BusyError(`The trainer is fitting: ${instead}`);
  }

  /** Does what changes the run. Rejects with {@link BusyError} while anybody else works with it. */
  async change<T>(work: () => Promise<T>): Promise<T> {
    this.check();
    if (this.present === 'changing') throw new BusyError('The trainer is fitting already: await that first');
    if (this.present > 0) throw new BusyError('The trainer evaluates, or makes a snapshot: await that first');
    this.present = 'changing';
    try {
      return await work();
    } finally {
      this.present = 0;
    }
  }

  /** Does what looks at the run as it is. Rejects with {@link BusyError} while something changes it. */
  async look<T>(work: () => Promise<T>): Promise<T> {
    this.check();
    if (this.present === 'changing')
      throw new BusyError(
        'The trainer is fitting: a callback has its run to measure the model as it is, and to save it',
      );
    this.present += 1;
    try {
      return await work();
    } finally {
      this.present -= 1;
    }
  }
}
