import type { EpochRecord } from '../../metrics/history/history';
import type { Metrics } from '../../metrics/metric';
import { chosenMetrics } from '../../metrics/meters';
import { describeMetrics, formatMetric, type ShownMetrics, shownMetrics } from '../../metrics/shown';
import type { BatchLogs, Callback, Phase } from '../../training/callback';
import type { ProgressSink } from './progress-sink';

const LABELS: Record<Exclude<Phase, 'train'>, string> = {
  validation: 'Validation',
  evaluate: 'Evaluation',
  predict: 'Prediction',
};

/** `Epoch 1/2: loss 1.1210, accuracy 71.3 %, val_loss 0.2411, val_accuracy 97.6 %, 3.1 s`. */
export function describeEpoch({ epoch, metrics, seconds }: EpochRecord, last: number, shown: ShownMetrics): string {
  return `Epoch ${epoch}/${last}: ${describeMetrics(metrics, shown)}, ${seconds.toFixed(1)} s`;
}

/** Shows on `progress` how far a trainer is. `shown`: how its metrics are read; default: loss and accuracy. */
export function trainerProgress(progress: ProgressSink, shown: ShownMetrics = shownMetrics(chosenMetrics())): Callback {
  let last = 0;
  const fields = (metrics: Metrics): Record<string, string> =>
    Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, formatMetric(name, value, shown)]));
  return {
    name: 'progress',
    onTrainBegin({ lastEpoch }) {
      last = lastEpoch;
    },
    onPhaseBegin({ phase, epoch, totalClips, fromFeatures = false }) {
      const kept = fromFeatures ? ', from kept features' : '';
      const label = phase === 'train' ? `Epoch ${epoch}/${last}${kept}` : LABELS[phase];
      progress.start({ label, total: totalClips, unit: 'clips' });
    },
    onBatchEnd({ clips, metrics, phase }) {
      progress.update(clips, phase === 'predict' ? {} : fields(metrics));
    },
    onPhaseEnd({ phase, metrics, clips }: BatchLogs) {
      if (phase === 'evaluate') progress.end(`Evaluation: ${describeMetrics(metrics, shown)}; ${clips} clips`);
      if (phase === 'predict') progress.end(`Prediction: ${clips} clips`);
    },
    onEpochEnd(record) {
      progress.end(describeEpoch(record, last, shown));
    },
  };
}
