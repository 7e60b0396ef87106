import type { Callback } from '../../lib/training/callback';
import { Trainer } from '../../lib/training/trainer';
import { addon, BrightnessSource, expectNoMoreTensors, tinyModel } from './support/brightness';

const STEPS = 300;

class LongSource extends BrightnessSource {
  override readonly clipCount: number = 2 * STEPS;
  override readonly batchSize: number = 2;
}

it('a long `fit` holds no more in its last steps than in its first', async () => {
  const before = addon.liveCounts();
  const counts: ReturnType<typeof addon.liveCounts>[] = [];
  const counting: Callback = {
    name: 'counting',
    onBatchEnd: ({ phase }) => {
      if (phase === 'train') counts.push(addon.liveCounts());
    },
  };
  {
    using trainer = new Trainer({ model: tinyModel(undefined, { dropoutRate: 0.3 }), addon, callbacks: [counting] });
    await trainer.fit(new LongSource(false), { epochs: 1 });
  }
  expect(counts).toHaveLength(STEPS);
  const inSteps = (what: 'tensors' | 'graphs' | 'sessions', from: number, to: number): number[] =>
    counts.slice(from, to).map((count) => count[what]);
  // Some wait for whoever frees them, more of them on a busy machine: what is held for good is there in every step.
  for (const what of ['tensors', 'graphs', 'sessions'] as const)
    expect(Math.min(...inSteps(what, 200, STEPS))).toBeLessThanOrEqual(Math.max(...inSteps(what, 20, 120)));
  // Of a step: a few, not one for each that went before, which would be all of the 200 by then.
  expect(Math.min(...inSteps('tensors', 200, STEPS)) - before.tensors).toBeLessThan(100);
  await expectNoMoreTensors(before.tensors);
}, 120_000);
