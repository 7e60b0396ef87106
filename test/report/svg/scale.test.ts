import fc from 'fast-check';
import { countingTicks, enclosingTicks, linearScale, tickFormat } from '../../../lib/report/svg/scale';

describe('enclosingTicks', () => {
  test('are round', () => {
    expect(enclosingTicks(0, 2.3, 5).values).toEqual([0, 0.5, 1, 1.5, 2, 2.5]);
    expect(enclosingTicks(0, 97, 5).values).toEqual([0, 20, 40, 60, 80, 100]);
    const ticks = enclosingTicks(0.62, 1, 5);
    expect(ticks.values.map(tickFormat(ticks))).toEqual(['0.6', '0.7', '0.8', '0.9', '1.0']);
  });

  test('enclose the data in even steps, at most two more than asked for', () => {
    const value = fc
      .double({ min: -1e6, max: 1e6, noNaN: true, noDefaultInfinity: true })
      .map((v) => (Math.abs(v) < 1e-6 ? 0 : v));
    fc.assert(
      fc.property(value, value, fc.integer({ min: 1, max: 12 }), (a, b, count) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        fc.pre(high === low || high - low > 1e-6 * Math.max(Math.abs(low), Math.abs(high)));
        const { values, step } = enclosingTicks(low, high, count);
        const tolerance = step * 1e-6;
        expect(values[0]).toBeLessThanOrEqual(low + tolerance);
        expect(values.at(-1)).toBeGreaterThanOrEqual(high - tolerance);
        expect(values.length).toBeLessThanOrEqual(count + 2);
        expect(values.length).toBeGreaterThanOrEqual(2);
        values.slice(1).forEach((v, index) => expect(v - (values[index] as number)).toBeCloseTo(step, 4));
      }),
    );
  });

  test('an axis without any span still has one', () => {
    const { low, high } = enclosingTicks(0, 0, 5);
    expect(high).toBeGreaterThan(low);
  });
});

describe('countingTicks', () => {
  test.each([
    [1, [1]],
    [2, [1, 2]],
    [8, [1, 2, 3, 4, 5, 6, 7, 8]],
    [12, [1, 2, 4, 6, 8, 10, 12]],
    [100, [1, 20, 40, 60, 80, 100]],
  ])('of %i epochs', (last, expected) => {
    expect(countingTicks(last, 8)).toEqual(expected);
  });

  test('are whole numbers inside the range, not too many', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), (last) => {
        const ticks = countingTicks(last, 8);
        expect(ticks.length).toBeLessThanOrEqual(9);
        expect(ticks[0]).toBe(1);
        for (const tick of ticks) {
          expect(Number.isInteger(tick)).toBe(true);
          expect(tick).toBeLessThanOrEqual(last);
        }
      }),
    );
  });
});

test('linearScale maps the ends onto the ends, also upside down', () => {
  const scale = linearScale(1, 3, 100, 0);
  expect([scale(1), scale(2), scale(3)]).toEqual([100, 50, 0]);
});

test.each([
  [0.5, 1.5, '1.5'],
  [0.02, 0.1, '0.10'],
  [20, 40, '40'],
  [1, 0, '0'],
  [2e6, 4e6, '4e+6'],
  [5e5, 1.5e6, '1.5e+6'],
  [5e-7, 1.5e-6, '1.5e-6'],
  [5e-7, 0, '0'],
])('ticks of step %p write %p as %p', (step, value, expected) => {
  expect(tickFormat({ values: [], step, low: 0, high: value })(value)).toBe(expected);
});
