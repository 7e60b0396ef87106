import fc from 'fast-check';
import { UsageError } from '../../lib/base/errors';
import { constant, cosineDecay, schedules } from '../../lib/learning/schedule';

describe('constant', () => {
  it('is the same at each step, and what a bare number stands for', () => {
    expect(schedules.check(0.25)).toEqual(constant({ rate: 0.25 }));
    expect([0, 7, 1e6].map((step) => schedules.build(0.25).at(step))).toEqual([0.25, 0.25, 0.25]);
    expect(schedules.build(0).at(3)).toBe(0);
  });
});

describe('cosineDecay', () => {
  it('warms up in even steps, then falls to alpha', () => {
    const schedule = schedules.build(cosineDecay({ initial: 1, steps: 110, warmupSteps: 10, alpha: 0.1 }));
    expect(schedule.at(0)).toBeCloseTo(0.1);
    expect(schedule.at(9)).toBeCloseTo(1);
    expect(schedule.at(10)).toBeCloseTo(1);
    expect(schedule.at(60)).toBeCloseTo(0.55);
    expect(schedule.at(110)).toBeCloseTo(0.1);
    expect(schedule.at(500)).toBeCloseTo(0.1);
  });

  it('rises while it warms up, never rises after, and stays between its bounds', () => {
    const options = fc
      .record({
        initial: fc.double({ min: 1e-6, max: 10, noNaN: true }),
        steps: fc.integer({ min: 1, max: 60 }),
        alpha: fc.double({ min: 0, max: 1, noNaN: true }),
      })
      .chain((given) =>
        fc.integer({ min: 0, max: given.steps }).map((warmupSteps) => cosineDecay({ ...given, warmupSteps })),
      );
    fc.assert(
      fc.property(options, (described) => {
        const { initial, steps, alpha, warmupSteps } = described as unknown as Record<string, number>;
        const schedule = schedules.build(described);
        const rates = Array.from({ length: steps! + 5 }, (_, step) => schedule.at(step));
        rates.forEach((rate, step) => {
          expect(rate).toBeGreaterThan(step < warmupSteps! ? 0 : initial! * alpha! - 1e-9);
          expect(rate).toBeLessThanOrEqual(initial! * (1 + 1e-12));
          const before = rates[step - 1];
          if (before === undefined || step === warmupSteps) return;
          if (step < warmupSteps!) expect(rate).toBeGreaterThan(before);
          else expect(rate).toBeLessThanOrEqual(before);
        });
        expect(rates.at(-1)).toBeCloseTo(initial! * alpha!, 9);
      }),
    );
  });

  it.each([
    [{ initial: 0, steps: 5 }, 'initial: expected a number above 0, got 0'],
    [{ initial: NaN, steps: 5 }, 'initial: expected a number above 0, got NaN'],
    [{ initial: 1, steps: 0 }, 'steps: expected an integer of at least 1, got 0'],
    [{ initial: 1, steps: 2.5 }, 'steps: expected an integer of at least 1, got 2.5'],
    [{ initial: 1, steps: NaN }, 'steps: expected an integer of at least 1, got NaN'],
    [{ initial: 1, steps: 5, alpha: 1.5 }, 'alpha: expected a number from 0 to 1, got 1.5'],
    [{ initial: 1, steps: 5, warmupSteps: 6 }, 'warmupSteps: expected at most steps, 5, got 6'],
    [{ steps: 5 } as never, 'initial: expected a number above 0, got undefined'],
  ])('refuses %j', (options, message) => {
    expect(() => cosineDecay(options)).toThrow(UsageError);
    expect(() => cosineDecay(options)).toThrow(message);
  });
});
