import type { NativeSession, RunPlan } from '../native/session';
import type { NativeTensor } from '../native/tensor';

/** A session and what is run in it, of several owners: the session is closed with the last of them. */
export class SharedPlan implements Disposable {
  private disposed = false;

  constructor(
    private readonly session: NativeSession,
    private readonly plan: RunPlan,
    /** A serialized RunOptions. */
    private readonly options?: Uint8Array,
    private readonly owners: { count: number } = { count: 1 },
  ) {}

  /** For one more owner. */
  share(): SharedPlan {
    this.owners.count += 1;
    return new SharedPlan(this.session, this.plan, this.options, this.owners);
  }

  run(feeds: NativeTensor[]): Promise<NativeTensor[]> {
    return this.session.run(this.plan, feeds, this.options);
  }

  /** A run under way goes on where others still own the session. */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.owners.count -= 1;
    if (this.owners.count === 0) this.session.close();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
