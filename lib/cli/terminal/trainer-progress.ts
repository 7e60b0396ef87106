import type { BatchLogs, Callback, EpochLogs, Phase } from '../../training/callbacks';
import type { ProgressSink } from './progress-sink';

const LABELS: Record<Exclude<Phase, 'train'>, string> = {
  validation: 'Validation',
  evaluate: 'Evaluation',
  predict: 'Prediction',
};

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** `Epoch 1/2: loss 1.1210, accuracy 71.3 %, val_loss 0.2411, val_accuracy 97.6 %, 3.1 s`. */
export function describeEpoch(logs: EpochLogs, epochs: number): string {
  const { epoch, loss, accuracy, val_loss, val_accuracy, seconds } = logs;
  const parts = [`loss ${loss.toFixed(4)}`, `accuracy ${percent(accuracy)}`];
  if (val_loss !== undefined) parts.push(`val_loss ${val_loss.toFixed(4)}`);
  if (val_accuracy !== undefined) parts.push(`val_accuracy ${percent(val_accuracy)}`);
  return `Epoch ${epoch}/${epochs}: ${parts.join(', ')}, ${seconds.toFixed(1)} s`;
}

/** Shows on `progress` how far a trainer is. */
export function trainerProgress(progress: ProgressSink): Callback {
  let epochs = 0;
  return {
    onTrainBegin(info) {
      epochs = info.epochs;
    },
    onPhaseBegin({ phase, epoch, totalClips }) {
      const label = phase === 'train' ? `Epoch ${epoch}/${epochs}` : LABELS[phase];
      progress.start({ label, total: totalClips, unit: 'clips' });
    },
    onBatchEnd({ clips, loss, accuracy, phase }) {
      progress.update(clips, phase === 'predict' ? {} : { loss, accuracy });
    },
    onPhaseEnd({ phase, loss, accuracy, clips }: BatchLogs) {
      if (phase === 'evaluate')
        progress.end(`Evaluation: loss ${loss.toFixed(4)}, accuracy ${percent(accuracy)}; ${clips} clips`);
      if (phase === 'predict') progress.end(`Prediction: ${clips} clips`);
    },
    onEpochEnd(logs) {
      progress.end(describeEpoch(logs, epochs));
    },
  };
}
