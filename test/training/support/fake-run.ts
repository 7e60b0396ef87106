import { UsageError } from '../../../lib/base/errors';
import type { Weights } from '../../../lib/graph/weights';
import type { Callback, Ending, Run } from '../../../lib/training/callback';
import type { EpochRecord, RunState, Snapshot } from '../../../lib/training/run-state';
import { snapshotOf } from './snapshots';

/** A run without a network: its variables are its step, unless they were restored. Tells callbacks what a Trainer would, in its order. */
export class FakeRun implements Run {
  state: RunState;
  readonly signal = new AbortController().signal;
  readonly lastEpoch = 100;
  readonly batches = 4;
  readonly totalClips = 16;
  readonly stops: string[] = [];
  /** Factors that callbacks scaled the learning rate by. */
  readonly scales: number[] = [];
  readonly restored: Weights[] = [];
  saves = 0;
  private asked = false;
  readonly control = {
    stop: (why: string): void => void this.stops.push(why),
    save: (): void => void (this.asked = true),
    scaleRate: (factor: number): void => void this.scales.push(factor),
    evaluate: () => Promise.reject(new UsageError('There is no validation')),
  };

  get step(): number {
    return this.state.step;
  }

  constructor(
    private readonly callbacks: readonly Callback[],
    state: Partial<RunState> = {},
  ) {
    this.state = snapshotOf(0, state).state;
  }

  higherIsBetter(metric: string): boolean {
    if (metric.endsWith('accuracy')) return true;
    if (metric.endsWith('loss')) return false;
    throw new UsageError(`${metric} is not measured: there are loss, accuracy, val_loss, val_accuracy`);
  }

  model(): never {
    throw new Error('There is no model');
  }

  snapshot(): Promise<Snapshot> {
    const { variables } = snapshotOf(this.state.step);
    for (const { name, weights } of this.callbacks) {
      const kept = weights?.call(this.callbacks.find((one) => one.name === name));
      for (const path of kept?.paths() ?? [])
        variables.set(`.callbacks/${name}/${path}`, kept!.get({ path, shape: kept!.shapeOf(path)! }));
    }
    return Promise.resolve({ state: this.state, variables });
  }

  restoreVariables(variables: Weights): Promise<void> {
    this.restored.push(variables);
    return Promise.resolve();
  }

  async begin(): Promise<void> {
    for (const callback of this.callbacks) await callback.onTrainBegin?.(this);
    await this.saveIfAsked();
  }

  async takeSteps(count = 1): Promise<void> {
    for (let i = 0; i < count; i++) {
      const { step, batch } = this.state;
      this.state = { ...this.state, step: step + 1, batch: batch + 1 };
      const logs = {
        ...{ phase: 'train' as const, epoch: this.state.epoch + 1, batches: this.batches, totalClips: this.totalClips },
        ...{ batch: batch + 1, clips: 4 * (batch + 1), metrics: { loss: 1 } },
      };
      for (const callback of this.callbacks) await callback.onBatchEnd?.(logs, this);
      await this.saveIfAsked();
    }
  }

  /** The rest of the epoch, and its end with these metrics. */
  async epoch(metrics: Record<string, number> = { loss: 1 }): Promise<void> {
    await this.takeSteps(this.batches - this.state.batch);
    const { step, epoch, history } = this.state;
    const record: EpochRecord = { epoch: epoch + 1, step, seconds: 1, metrics };
    this.state = { ...this.state, epoch: epoch + 1, batch: 0, history: [...history, record] };
    for (const callback of this.callbacks) await callback.onEpochEnd?.(record, this);
    await this.saveIfAsked();
  }

  async end(ending: Ending = { kind: 'completed' }): Promise<void> {
    for (const callback of this.callbacks) await callback.onTrainEnd?.(ending, this);
    await this.saveIfAsked();
  }

  private async saveIfAsked(): Promise<void> {
    if (!this.asked) return;
    this.asked = false;
    this.saves += 1;
    const snapshot = await this.snapshot();
    for (const callback of this.callbacks) await callback.onSave?.(snapshot, this);
  }
}
