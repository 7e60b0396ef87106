import fc from 'fast-check';
import { formatSeconds, ProgressRate } from '../../../lib/cli/terminal/progress-format';

test('a steady speed is found exactly', () => {
  const rate = new ProgressRate(0);
  for (let second = 1; second <= 10; second += 1) rate.update(second * 4, second * 1000);
  expect(rate.perSecond).toBeCloseTo(4, 10);
  expect(rate.secondsLeft(100)).toBeCloseTo(15, 10);
});

test('there is no speed before anything is done', () => {
  const rate = new ProgressRate(0);
  rate.update(0, 1000);
  expect(rate.perSecond).toBeUndefined();
  expect(rate.secondsLeft(10)).toBeUndefined();
});

test('a change of speed is followed within seconds, not at once', () => {
  const rate = new ProgressRate(0);
  rate.update(10, 1000);
  rate.update(30, 2000);
  expect(rate.perSecond).toBeGreaterThan(10);
  expect(rate.perSecond).toBeLessThan(15);
  for (let second = 3; second <= 30; second += 1) rate.update(30 + (second - 2) * 20, second * 1000);
  expect(rate.perSecond).toBeCloseTo(20, 0);
});

test('the speed always lies between the slowest and the fastest seen', () => {
  const step = fc.record({ done: fc.integer({ min: 1, max: 50 }), elapsed: fc.integer({ min: 1, max: 20_000 }) });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1 }), (steps) => {
      const rate = new ProgressRate(0);
      let [done, time] = [0, 0];
      for (const one of steps) rate.update((done += one.done), (time += one.elapsed));
      const speeds = steps.map((one) => (one.done / one.elapsed) * 1000);
      expect(rate.perSecond).toBeGreaterThanOrEqual(Math.min(...speeds) * (1 - 1e-9));
      expect(rate.perSecond).toBeLessThanOrEqual(Math.max(...speeds) * (1 + 1e-9));
    }),
  );
});

test.each([
  [0, '0 s'],
  [6.2, '7 s'],
  [59.5, '1:00'],
  [185, '3:05'],
  [3729, '1:02:09'],
])('%p seconds are written %p', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});
