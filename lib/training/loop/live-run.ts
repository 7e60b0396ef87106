import { UsageError } from '../../base/errors';
import { batchCount, type ClipSource } from '../../data/clip-source';
import type { Weights } from '../../graph/weights';
import type { Metric, Metrics } from '../../metrics/metric';
import { baseName, namesInEpochs } from '../../metrics/shown';
import type { MovinetModel } from '../../model/movinet-model';
import type { Control, Run } from '../callback';
import type { FitPlan } from '../fit-options';
import type { RunState, Snapshot } from '../run-state';

/** What a {@link LiveRun} asks of the trainer whose run it is. */
export interface RunHost {
  state(): RunState;
  step(): number;
  model(): Promise<MovinetModel>;
  snapshot(): Promise<Snapshot>;
  restoreVariables(variables: Weights): Promise<void>;
  scaleRate(factor: number): void;
  evaluate(source: ClipSource): Promise<Metrics>;
}

export interface RunPlan extends FitPlan {
  readonly train: ClipSource;
  readonly metrics: readonly Metric[];
  readonly signal: AbortSignal;
}

/** One call of `fit` as its callbacks see it, and what they have asked for. */
export class LiveRun implements Run {
  /** Why it is to end after the batch under way. */
  stopped: string | undefined;
  private saving = false;
  private readonly begun = performance.now();

  constructor(
    private readonly host: RunHost,
    private readonly plan: RunPlan,
  ) {}

  readonly control: Control = {
    stop: (why) => {
      this.stopped ??= why;
    },
    save: () => {
      this.saving = true;
    },
    scaleRate: (factor) => {
      if (!(factor > 0 && Number.isFinite(factor)))
        throw new UsageError(`A learning rate can be scaled by a factor above 0, got ${factor}`);
      this.host.scaleRate(factor);
    },
    evaluate: async (source = this.plan.validation) => {
      if (source === undefined) throw new UsageError('There is no validation source to evaluate: name one');
      return this.host.evaluate(source);
    },
  };

  get state(): RunState {
    return this.host.state();
  }

  get step(): number {
    return this.host.step();
  }

  get signal(): AbortSignal {
    return this.plan.signal;
  }

  get lastEpoch(): number {
    return this.plan.lastEpoch;
  }

  get batches(): number {
    return batchCount(this.plan.train);
  }

  get totalClips(): number {
    return this.plan.train.clipCount;
  }

  /** Whether a callback has stopped it, or it has done as much as was asked for. `step`: of the whole run. */
  isOver(step: number): boolean {
    const { maxSteps, maxSeconds } = this.plan;
    const seconds = (performance.now() - this.begun) / 1000;
    if (step >= maxSteps) this.control.stop(`The limit of ${maxSteps} steps is reached`);
    else if (seconds >= maxSeconds) this.control.stop(`The limit of ${maxSeconds} seconds is reached`);
    return this.stopped !== undefined;
  }

  /** Whether a snapshot was asked for since the last call. */
  takeSaveRequest(): boolean {
    const asked = this.saving;
    this.saving = false;
    return asked;
  }

  higherIsBetter(metric: string): boolean {
    const { metrics, validation } = this.plan;
    const names = namesInEpochs(metrics, validation !== undefined);
    const measured = metrics.find(({ name }) => name === baseName(metric));
    if (measured !== undefined && names.includes(metric)) return measured.better === 'higher';
    throw new UsageError(`"${metric}" is not measured in this run: there is ${names.join(', ')}`);
  }

  model(): Promise<MovinetModel> {
    return this.host.model();
  }

  snapshot(): Promise<Snapshot> {
    return this.host.snapshot();
  }

  restoreVariables(variables: Weights): Promise<void> {
    return this.host.restoreVariables(variables);
  }
}
