import type { ProgressSink } from '../../../lib/cli/terminal/progress-sink';
import { describeEpoch, trainerProgress } from '../../../lib/cli/terminal/trainer-progress';
import { chosenMetrics } from '../../../lib/metrics/meters';
import { shownMetrics, type ShownMetrics } from '../../../lib/metrics/shown';
import type { Callback, Run } from '../../../lib/training/callback';

const SHOWN = shownMetrics(chosenMetrics());
const RUN = { lastEpoch: 2 } as Run;

/** What a run of these metrics shows. */
async function show(metrics: Record<string, number>, shown: ShownMetrics): Promise<string[]> {
  const seen: string[] = [];
  const progress: ProgressSink = {
    start: ({ label, total, unit }) => seen.push(`start ${label} ${total} ${unit}`),
    update: (done, fields) => seen.push(`update ${done} ${JSON.stringify(fields)}`),
    beside: () => undefined,
    end: (summary) => seen.push(`end ${summary}`),
    line: () => undefined,
    warn: () => undefined,
  };
  const callback: Callback = trainerProgress(progress, shown);
  expect(callback.name).toBe('progress');
  const batch = { epoch: 1, batch: 1, batches: 1, clips: 8, totalClips: 8, metrics };
  await callback.onTrainBegin?.(RUN);
  await callback.onPhaseBegin?.({ phase: 'train', epoch: 1, totalClips: 8, batches: 1 });
  await callback.onBatchEnd?.({ ...batch, phase: 'train' }, RUN);
  await callback.onPhaseEnd?.({ ...batch, phase: 'train' });
  await callback.onPhaseBegin?.({ phase: 'validation', epoch: 1, totalClips: 4, batches: 1 });
  const validation = Object.fromEntries(Object.entries(metrics).map(([name, value]) => [`val_${name}`, value / 2]));
  await callback.onEpochEnd?.({ epoch: 1, step: 1, seconds: 2, metrics: { ...metrics, ...validation } }, RUN);
  await callback.onPhaseEnd?.({ ...batch, phase: 'evaluate' });
  await callback.onBatchEnd?.({ ...batch, phase: 'predict' });
  await callback.onPhaseEnd?.({ ...batch, phase: 'predict' });
  return seen;
}

it('shows each phase as a task and leaves one line an epoch', async () => {
  expect(await show({ loss: 0.5, accuracy: 0.75 }, SHOWN)).toEqual([
    'start Epoch 1/2 8 clips',
    'update 8 {"loss":"0.5000","accuracy":"75.0 %"}',
    'start Validation 4 clips',
    'end Epoch 1/2: loss 0.5000, accuracy 75.0 %, val_loss 0.2500, val_accuracy 37.5 %, 2.0 s',
    'end Evaluation: loss 0.5000, accuracy 75.0 %; 8 clips',
    'update 8 {}',
    'end Prediction: 8 clips',
  ]);
});

it('describes an epoch without validation', () => {
  expect(describeEpoch({ epoch: 3, step: 9, metrics: { loss: 1, accuracy: 0.5 }, seconds: 0.25 }, 3, SHOWN)).toBe(
    'Epoch 3/3: loss 1.0000, accuracy 50.0 %, 0.3 s',
  );
});
