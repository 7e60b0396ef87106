import type { Json } from '../base/described';
import type { Weights } from '../graph/weights';
import type { ClipSource } from '../data/clip-source';
import type { Metrics } from '../metrics/metric';
import type { MovinetModel } from '../model/movinet-model';
import type { EpochRecord, RunState, Snapshot, ValidationRecord } from './run-state';

export type Phase = 'train' | 'validation' | 'evaluate' | 'predict';

export interface PhaseInfo {
  readonly phase: Phase;
  /** From 1; 0 outside `fit`. */
  readonly epoch: number;
  /** Of the whole phase, those done before a resume included. */
  readonly batches: number;
  readonly totalClips: number;
  /** Whether features that were kept stand in for the clips: no video is read. Default false. */
  readonly fromFeatures?: boolean;
}

export interface BatchLogs extends PhaseInfo {
  /** Batches done of this phase. */
  readonly batch: number;
  /** Clips done of this phase. */
  readonly clips: number;
  /** Means over the clips of this phase so far; at the end of an evaluation over its videos. */
  readonly metrics: Metrics;
  /** Of a training step: the optimizer's rate in it, the stages' factors aside. */
  readonly learningRate?: number;
  /** At the end of an evaluation: what metrics tell beside their number, by their names. */
  readonly details?: Readonly<Record<string, Json>>;
}

/** What a callback may ask of the run. */
export interface Control {
  /** Ends `fit` after the batch under way; `why` is told by its result. */
  stop(why: string): void;
  /** Asks for a snapshot when all callbacks have been told of what is happening now: it goes to their `onSave`. */
  save(): void;
  /** Scales every learning rate from the next step on, by a factor above 0 on top of earlier ones; it is kept in the run's state. */
  scaleRate(factor: number): void;
  /** Measures the model as it is now. Default source: `fit`'s validation. Throws UsageError where there is none. */
  evaluate(source?: ClipSource): Promise<Metrics>;
}

/** A run as callbacks see it, always between two steps. */
export interface Run {
  /** All of it, made anew each time: after each batch `step` costs nothing. */
  readonly state: RunState;
  /** Optimizer steps that are done: the state's. */
  readonly step: number;
  readonly control: Control;
  /** Aborts with `fit`'s. */
  readonly signal: AbortSignal;
  /** Epochs that this call of `fit` goes on to. */
  readonly lastEpoch: number;
  /** Batches and clips of an epoch. */
  readonly batches: number;
  readonly totalClips: number;
  /** Whether a higher value of a metric, such as `val_accuracy`, is better. Throws UsageError for one that is not measured. */
  higherIsBetter(metric: string): boolean;
  /** The model with what was learned so far. */
  model(): Promise<MovinetModel>;
  snapshot(): Promise<Snapshot>;
  /** Gives the variables, the optimizer's slots too, the values of a snapshot of this run; the run's state stays. */
  restoreVariables(variables: Weights): Promise<void>;
}

/** How a call of `fit` ended. */
export type Ending =
  | { readonly kind: 'completed' }
  | { readonly kind: 'stopped'; readonly why: string }
  | { readonly kind: 'aborted' | 'failed'; readonly error: unknown };

/**
 * Told of what happens in `fit`, `evaluate` and `predict`, and awaited, in the order of the list. An error in one is told by a warning that names it, and it is left
 * out for the rest of the run; of one that is `critical` it ends the run.
 */
export interface Callback {
  /** Names its state: no other callback of the run has it. */
  readonly name: string;
  /** Whether an error in it ends the run. It is awaited even where the run is aborted: what may hang in it looks at `run.signal`. Default false. */
  readonly critical?: boolean;
  onTrainBegin?(run: Run): void | Promise<void>;
  onEpochBegin?(epoch: number, run: Run): void | Promise<void>;
  onPhaseBegin?(info: PhaseInfo): void | Promise<void>;
  /** After each batch of each phase; `run` while `fit` trains only. */
  onBatchEnd?(logs: BatchLogs, run?: Run): void | Promise<void>;
  onPhaseEnd?(logs: BatchLogs): void | Promise<void>;
  onEpochEnd?(record: EpochRecord, run: Run): void | Promise<void>;
  /** After validation within an epoch: see `validateEvery` of `fit`. */
  onValidation?(record: ValidationRecord, run: Run): void | Promise<void>;
  /** After {@link Control.save}. */
  onSave?(snapshot: Snapshot, run: Run): void | Promise<void>;
  /** However `fit` ends, once `onTrainBegin` was told. */
  onTrainEnd?(ending: Ending, run: Run): void | Promise<void>;
  /** All that it remembers: plain data, which `restore` takes before `onTrainBegin`. */
  state?(): Json;
  restore?(state: Json, weights: Weights): void;
  /** Arrays that it remembers, by names of its own. */
  weights?(): Weights;
}
