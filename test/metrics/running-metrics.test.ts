import { RunningMetrics } from '../../lib/metrics/running-metrics';

it('means loss and accuracy over the clips of all batches', () => {
  const metrics = new RunningMetrics('single-label');
  metrics.add({ logits: Float32Array.of(2, 1, 0, 3), losses: Float32Array.of(1, 2) }, Float32Array.of(1, 0, 1, 0));
  metrics.add({ logits: Float32Array.of(0, 1), losses: Float32Array.of(6) }, Float32Array.of(0, 1));
  expect(metrics.clips).toBe(3);
  expect(metrics.loss).toBe(3);
  expect(metrics.accuracy).toBeCloseTo(2 / 3, 10);
});

it('counts clips that were mixed by the larger share', () => {
  const metrics = new RunningMetrics('single-label');
  const logits = Float32Array.of(0, 5, 0, 5);
  metrics.add({ logits, losses: Float32Array.of(0, 0) }, Float32Array.of(0.4, 0.6, 0.6, 0.4));
  expect(metrics.accuracy).toBe(0.5);
});

it('counts right decisions of a multi-label task, as Keras’ binary accuracy', () => {
  const metrics = new RunningMetrics('multi-label');
  // Right: 0.5 is not above a half; right; right. Then wrong; right; right.
  const logits = Float32Array.of(0, 0.04, -1.4, 2.2, -2.2, 0.8);
  metrics.add({ logits, losses: Float32Array.of(0, 0) }, Float32Array.of(0, 1, 0, 0, 0, 1));
  expect(metrics.accuracy).toBeCloseTo(5 / 6, 10);
});

it('has no means before the first batch', () => {
  const metrics = new RunningMetrics('multi-label');
  expect([metrics.clips, metrics.loss, metrics.accuracy]).toEqual([0, NaN, NaN]);
});
