import { UsageError } from '../base/errors';
import { batchCount, type ClipSource } from '../data/clip-source';
import type { Weights } from '../graph/weights';
import type { Metric, Metrics } from '../metrics/metric';
import { baseName, namesInEpochs } from '../metrics/shown';
import type { MovinetModel } from '../model/movinet-model';
import type { Control, Run } from './callback';
import type { RunState, Snapshot } from './run-state';

/** What a {@link LiveRun} asks of the trainer whose run it is. */
export interface RunHost {
  state(): RunState;
  model(): Promise<MovinetModel>;
  snapshot(): Promise<Snapshot>;
  restoreVariables(variables: Weights): Promise<void>;
  evaluate(source: ClipSource): Promise<Metrics>;
}

export interface RunPlan {
  readonly train: ClipSource;
  readonly validation: ClipSource | undefined;
  readonly metrics: readonly Metric[];
  readonly lastEpoch: number;
  readonly signal: AbortSignal;
}

/** One call of `fit` as its callbacks see it, and what they have asked for. */
export class LiveRun implements Run {
  /** Why it is to end after the batch under way. */
  stopped: string | undefined;
  private saving = false;

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
    evaluate: async (source = this.plan.validation) => {
      if (source === undefined) throw new UsageError('There is no validation source to evaluate: name one');
      return this.host.evaluate(source);
    },
  };

  get state(): RunState {
    return this.host.state();
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
