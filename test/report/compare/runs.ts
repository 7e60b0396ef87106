import type { Json } from '../../../lib/base/described';
import type { EpochRecord, History } from '../../../lib/metrics/history/history';
import type { NamedRun } from '../../../lib/report/compare/comparison';

/** A run of these epochs' metrics; four steps and ten seconds each. */
export function runOf(
  name: string,
  epochs: readonly EpochRecord['metrics'][],
  more: Partial<Omit<History, 'epochs' | 'config'>> & { readonly config?: Record<string, Json> } = {},
): NamedRun {
  const records = epochs.map((metrics, i) => ({ epoch: i + 1, step: 4 * (i + 1), seconds: 10, metrics }));
  const metrics = {
    loss: { better: 'lower' as const },
    accuracy: { better: 'higher' as const, shownAs: 'percent' as const },
  };
  return { name, history: { metrics, classes: ['a', 'b'], config: {}, ...more, epochs: records } };
}

export const THREE: readonly NamedRun[] = [
  runOf(
    'first',
    [
      { loss: 1, accuracy: 0.5, val_loss: 1.5, val_accuracy: 0.25 },
      { loss: 0.5, accuracy: 0.75, val_loss: 1.25, val_accuracy: 0.625 },
      { loss: 0.25, accuracy: 1, val_loss: NaN, val_accuracy: 0.5 },
    ],
    {
      config: { seed: 1, data: 'videos', optimizer: { kind: 'adam', learningRate: 0.001 } },
      evaluate: { metrics: { loss: 0.375, accuracy: 0.875 } },
      ended: { kind: 'completed', why: 'Complete: 3 epochs' },
    },
  ),
  runOf('second', [{ loss: 2, accuracy: 0.5 }], {
    config: { seed: 2, data: 'videos', optimizer: { kind: 'sgd', learningRate: 0.001, nesterov: true } },
    ended: { kind: 'running', why: '1 of 3 epochs are done; the run goes on, or was ended from outside' },
  }),
  runOf('third', [{ loss: 2, val_loss: 1, val_accuracy: 0.75 }], {
    config: { seed: 1, data: 'videos', optimizer: { kind: 'adam', learningRate: 0.001 } },
    evaluate: { metrics: { loss: 0.5, accuracy: 0.5, top_2_accuracy: 1 } },
  }),
];
