import type { ProgressSink } from '../../../lib/cli/terminal/progress-sink';
import { describeEpoch, trainerProgress } from '../../../lib/cli/terminal/trainer-progress';

it('shows each phase as a task and leaves one line an epoch', async () => {
  const seen: string[] = [];
  const progress: ProgressSink = {
    start: ({ label, total, unit }) => seen.push(`start ${label} ${total} ${unit}`),
    update: (done, fields) => seen.push(`update ${done} ${JSON.stringify(fields)}`),
    beside: () => undefined,
    end: (summary) => seen.push(`end ${summary}`),
    line: () => undefined,
    warn: () => undefined,
  };
  const callback = trainerProgress(progress);
  const batch = { epoch: 1, batch: 1, batches: 1, clips: 8, totalClips: 8, loss: 0.5, accuracy: 0.75 };
  const control = { stop: () => undefined };
  await callback.onTrainBegin?.({ epochs: 2, clips: 8, batches: 1 });
  await callback.onPhaseBegin?.({ phase: 'train', epoch: 1, totalClips: 8, batches: 1 });
  await callback.onBatchEnd?.({ ...batch, phase: 'train' });
  await callback.onPhaseEnd?.({ ...batch, phase: 'train' });
  await callback.onPhaseBegin?.({ phase: 'validation', epoch: 1, totalClips: 4, batches: 1 });
  await callback.onEpochEnd?.(
    { epoch: 1, loss: 0.5, accuracy: 0.75, val_loss: 0.25, val_accuracy: 1, seconds: 2 },
    control,
  );
  await callback.onPhaseEnd?.({ ...batch, phase: 'evaluate' });
  expect(seen).toEqual([
    'start Epoch 1/2 8 clips',
    'update 8 {"loss":0.5,"accuracy":0.75}',
    'start Validation 4 clips',
    'end Epoch 1/2: loss 0.5000, accuracy 75.0 %, val_loss 0.2500, val_accuracy 100.0 %, 2.0 s',
    'end Evaluation: loss 0.5000, accuracy 75.0 %; 8 clips',
  ]);
});

it('describes an epoch without validation', () => {
  expect(describeEpoch({ epoch: 3, loss: 1, accuracy: 0.5, seconds: 0.25 }, 3)).toBe(
    'Epoch 3/3: loss 1.0000, accuracy 50.0 %, 0.3 s',
  );
});
