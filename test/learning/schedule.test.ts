import fc from 'fast-check';
import type { Described } from '../../lib/base/described';
import { UsageError } from '../../lib/base/errors';
import {
  constant,
  cosineDecay,
  cosineDecayRestarts,
  exponentialDecay,
  piecewiseConstant,
  polynomialDecay,
  schedules,
  stepDecay,
  warmUp,
} from '../../lib/learning/schedule';

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

/** Any schedule that is built in, of at most 40 steps where it has a length. */
const steps = fc.integer({ min: 1, max: 20 });
const initial = fc.double({ min: 1e-3, max: 10, noNaN: true });
const share = fc.double({ min: 0.01, max: 1, noNaN: true });
const plain: fc.Arbitrary<Described<'schedule'>> = fc.oneof(
  initial.map((rate) => constant({ rate })),
  fc.record({ initial, steps, alpha: share }).map(cosineDecay),
  fc
    .record({ initial, firstSteps: steps, stepsFactor: share.map((more) => 1 + more), factor: share, alpha: share })
    .map(cosineDecayRestarts),
  fc.record({ initial, every: steps, factor: share }).map(stepDecay),
  fc.record({ initial, steps, factor: share, staircase: fc.boolean() }).map(exponentialDecay),
  fc.record({ initial, steps, end: share, power: initial, cycle: fc.boolean() }).map(polynomialDecay),
  fc
    .uniqueArray(steps, { minLength: 1, maxLength: 4 })
    .map((boundaries) => boundaries.sort((a, b) => a - b))
    .chain((boundaries) =>
      fc
        .array(initial, { minLength: boundaries.length + 1, maxLength: boundaries.length + 1 })
        .map((rates) => piecewiseConstant({ boundaries, rates })),
    ),
);
const warmed = fc.record({ steps, then: plain, from: initial });
const any = fc.oneof(plain, warmed.map(warmUp));

const ratesOf = (described: Described<'schedule'>, count: number): number[] => {
  const schedule = schedules.build(described);
  return Array.from({ length: count }, (_, step) => schedule.at(step));
};

/** The numbers that they compute are those of Keras: see keras.test.ts. */
describe('every schedule', () => {
  it('gives rates that are none below 0, and survives JSON', () => {
    fc.assert(
      fc.property(any, (described) => {
        const rates = ratesOf(described, 60);
        expect(rates.every((rate) => Number.isFinite(rate) && rate >= 0)).toBe(true);
        const again = schedules.check(JSON.parse(JSON.stringify(described)));
        expect(again).toEqual(described);
        expect(ratesOf(again, 60)).toEqual(rates);
      }),
    );
  });

  it('no longer changes after its steps, where it has a length', () => {
    fc.assert(
      fc.property(plain, (described) => {
        const { steps: length } = schedules.build(described);
        if (length === undefined) return;
        const rates = ratesOf(described, 60).slice(length);
        expect(new Set(rates).size).toBe(1);
      }),
    );
  });

  it('comes after a warm-up as it is without one', () => {
    fc.assert(
      fc.property(warmed, (given) => {
        const rates = ratesOf(warmUp(given), 60);
        const then = ratesOf(given.then, 60);
        expect(rates.slice(given.steps)).toEqual(then.slice(0, 60 - given.steps));
        expect(rates[0]).toBe(given.from);
        const rises = rates.slice(0, given.steps + 1).map((rate, step, all) => rate - (all[step - 1] ?? rate));
        expect(rises.every((rise) => rise === 0 || Math.sign(rise) === Math.sign(then[0]! - given.from))).toBe(true);
        const length = schedules.build(given.then).steps;
        expect(schedules.build(warmUp(given)).steps).toBe(given.steps + (length ?? 0));
      }),
    );
  });

  it.each([
    [constant({ rate: 1 }), undefined],
    [cosineDecay({ initial: 1, steps: 9 }), 9],
    [cosineDecayRestarts({ initial: 1, firstSteps: 9 }), undefined],
    [stepDecay({ initial: 1, every: 9 }), undefined],
    [exponentialDecay({ initial: 1, steps: 9, factor: 0.5 }), undefined],
    [polynomialDecay({ initial: 1, steps: 9 }), 9],
    [polynomialDecay({ initial: 1, steps: 9, cycle: true }), undefined],
    [piecewiseConstant({ boundaries: [4, 8], rates: [1, 2, 3] }), 9],
    [warmUp({ steps: 9, then: 0.1 }), 9],
    [warmUp({ steps: 9, then: cosineDecay({ initial: 1, steps: 5 }) }), 14],
  ])('%j has its length', (described, length) => {
    expect(schedules.build(described).steps).toBe(length);
  });
});

describe('cosineDecayRestarts', () => {
  it('begins again exactly where a cosine ends, however many there were', () => {
    const schedule = schedules.build(cosineDecayRestarts({ initial: 1, firstSteps: 10, stepsFactor: 3 }));
    for (const restart of [10, 40, 130, 400, 1210, 3640, 10930, 32800]) {
      expect(schedule.at(restart)).toBe(1);
      expect(schedule.at(restart - 1)).toBeLessThan(0.03);
    }
  });
});

describe('what is refused', () => {
  it.each([
    [
      { kind: 'stepDecay', initial: 1 },
      'The schedule stepDecay: every: expected an integer of at least 1, got undefined',
    ],
    [
      { kind: 'stepDecay', initial: 1, every: 2, factor: 2 },
      'factor: expected a number above 0 and of at most 1, got 2',
    ],
    [
      { kind: 'exponentialDecay', initial: 1, steps: 2 },
      'factor: expected a number above 0 and of at most 1, got undefined',
    ],
    [{ kind: 'polynomialDecay', initial: 1, steps: 2, end: -1 }, 'end: expected a number of at least 0, got -1'],
    [{ kind: 'polynomialDecay', initial: 1, steps: 2, power: 0 }, 'power: expected a number above 0, got 0'],
    [
      { kind: 'cosineDecayRestarts', initial: 1, firstSteps: 2, stepsFactor: 0.5 },
      'stepsFactor: expected a number of at least 1',
    ],
    [{ kind: 'piecewiseConstant', boundaries: [], rates: [1] }, 'boundaries'],
    [
      { kind: 'piecewiseConstant', boundaries: [3, 3], rates: [1, 2, 3] },
      'boundaries: each must be above the one before it',
    ],
    [{ kind: 'piecewiseConstant', boundaries: [3], rates: [1] }, 'rates: expected one more than boundaries, 2, got 1'],
    [
      { kind: 'piecewiseConstant', boundaries: [3], rates: [1, -2] },
      'rates: 1: expected a number of at least 0, got -2',
    ],
    [{ kind: 'warmUp', steps: 0, then: 1 }, 'steps: expected an integer of at least 1, got 0'],
    [
      { kind: 'warmUp', steps: 2, then: -1 },
      'then: the schedule constant: rate: expected a number of at least 0, got -1',
    ],
    [
      { kind: 'warmUp', steps: 2 },
      'then: the schedule is undefined: expected a number, or { kind, … } with one of constant',
    ],
  ])('%j', (given, message) => {
    expect(() => schedules.check(given)).toThrow(UsageError);
    expect(() => schedules.check(given)).toThrow(message);
  });
});
