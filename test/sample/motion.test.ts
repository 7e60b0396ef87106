import fc from 'fast-check';
import { type Curve, curveAt } from '../../lib/sample/motion';
import { Random } from '../../lib/base/random';

const random = Random.seeded(1);
const at = (curve: Curve, t: number, shift = 0): number => curveAt(curve, t, shift, random);

describe('curveAt', () => {
  it('follows straight lines between keys, holds the last value, and takes a step where two keys share a time', () => {
    const curve: Curve = { kind: 'keys', keys: [[0, 2], [0.5, 4], [0.5, 10], [0.8, 0]] }; // prettier-ignore
    expect([0, 0.25, 0.5, 0.8, 1].map((t) => at(curve, t))).toEqual([2, 3, 4, 0, 0]);
    expect(at(curve, 0.65)).toBeCloseTo(5);
    expect(at({ kind: 'keys', keys: [[0, 7]] }, 0.3)).toBe(7);
  });

  it('lets an envelope scale a wave over time and a shift move it', () => {
    const wave: Curve = { kind: 'wave', cycles: 2, phase: 0.25, envelope: [0, 1] };
    expect(at(wave, 0)).toBeCloseTo(0);
    expect(at(wave, 0.5)).toBeCloseTo(0.5);
    expect(at(wave, 1)).toBeCloseTo(1);
    expect(at({ kind: 'wave', cycles: 2, phase: 0 }, 0, 0.125)).toBeCloseTo(1);
  });

  it('starts and ends a jump at 0, and bounces back to 0', () => {
    expect([0, 0.5, 1].map((t) => at({ kind: 'jump' }, t))).toEqual([0, 1, 0]);
    expect(at({ kind: 'bounce', bounces: 2 }, 0.25)).toBeCloseTo(1);
    expect(at({ kind: 'bounce', bounces: 2 }, 0.5)).toBeCloseTo(0);
  });

  it('blinks on every second of 8 frames, at every shift and for every little change of pace', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.9, max: 1, noNaN: true }),
        (shift, pace) => {
          const values = Array.from({ length: 8 }, (_, frame) =>
            at({ kind: 'blink', cycles: 3.5 }, (pace * frame) / 7, shift),
          );
          const first = values[0] as number;
          const other = 1 - first;
          // Slower by up to a tenth, the last frames come out of step.
          expect(values.slice(0, 5)).toEqual([first, other, first, other, first]);
          expect([0, 1]).toContain(first);
        },
      ),
    );
  });

  it('multiplies every kind by its gain', () => {
    expect(at({ kind: 'power', exponent: 2, gain: -3 }, 0.5)).toBeCloseTo(-0.75);
  });
});
