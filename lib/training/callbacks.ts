/** What one epoch came to. `val_*` are absent without validation. */
export interface EpochLogs {
  /** From 1. */
  epoch: number;
  loss: number;
  accuracy: number;
  val_loss?: number;
  val_accuracy?: number;
  /** Wall-clock time, validation included. */
  seconds: number;
}

export type Phase = 'train' | 'validation' | 'evaluate' | 'predict';

export interface BatchLogs {
  phase: Phase;
  /** From 1; 0 outside `fit`. */
  epoch: number;
  /** Batches done of this phase, and how many there are. */
  batch: number;
  batches: number;
  /** Clips done of this phase, and how many there are. */
  clips: number;
  totalClips: number;
  /** Means over the clips of this phase so far; at the end of an evaluation over its videos. */
  loss: number;
  accuracy: number;
}

/** What a callback may ask of the trainer. */
export interface TrainerControl {
  /** Ends `fit` after the epoch under way. */
  stop(): void;
}

/** Hooks into `fit`, `evaluate` and `predict`, awaited in the order of the list. An error in one ends the run. */
export interface Callback {
  onTrainBegin?(info: { epochs: number; clips: number; batches: number }): void | Promise<void>;
  onEpochBegin?(epoch: number): void | Promise<void>;
  onPhaseBegin?(info: { phase: Phase; epoch: number; totalClips: number; batches: number }): void | Promise<void>;
  onBatchEnd?(logs: BatchLogs): void | Promise<void>;
  onPhaseEnd?(logs: BatchLogs): void | Promise<void>;
  onEpochEnd?(logs: EpochLogs, control: TrainerControl): void | Promise<void>;
  onTrainEnd?(epochs: readonly EpochLogs[]): void | Promise<void>;
}

type Hook = keyof Callback;

export class CallbackList {
  constructor(private readonly callbacks: readonly Callback[]) {}

  async call<H extends Hook>(hook: H, ...args: Parameters<NonNullable<Callback[H]>>): Promise<void> {
    for (const callback of this.callbacks) {
      const method = callback[hook] as ((...given: typeof args) => void | Promise<void>) | undefined;
      await method?.apply(callback, args);
    }
  }
}

/** Ends `fit` when `monitor` has not improved by more than `minDelta` (default 0) for `patience` epochs. */
export function earlyStopping(options: {
  monitor?: 'val_loss' | 'val_accuracy' | 'loss' | 'accuracy';
  patience?: number;
  minDelta?: number;
}): Callback {
  const monitor = options.monitor ?? 'val_loss';
  const patience = options.patience ?? 1;
  const sign = monitor.endsWith('loss') ? -1 : 1;
  let best = -Infinity;
  let waited = 0;
  return {
    onTrainBegin() {
      best = -Infinity;
      waited = 0;
    },
    onEpochEnd(logs, control) {
      const value = logs[monitor];
      if (value === undefined) return;
      if (sign * value > best + (options.minDelta ?? 0)) {
        best = sign * value;
        waited = 0;
      } else if (++waited >= patience) {
        control.stop();
      }
    },
  };
}
