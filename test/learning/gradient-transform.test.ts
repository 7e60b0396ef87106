import fc from 'fast-check';
import type { Described } from '../../lib/base/described';
import { UsageError } from '../../lib/base/errors';
import { GraphBuilder } from '../../lib/graph/builder';
import { placeholder } from '../../lib/graph/ops';
import { clipByGlobalNorm, clipByNorm, clipByValue, gradientTransforms } from '../../lib/learning/gradient-transform';
import { addon, evaluate, floats } from './support/graph-steps';

/** What is left of gradients, vectors of any length. */
async function clipped(transform: Described<'gradientTransform'>, gradients: readonly number[][]): Promise<number[][]> {
  const g = new GraphBuilder(addon);
  const inputs = gradients.map(({ length }) => placeholder(g, 'float32', [length]));
  const outputs = gradientTransforms.build(transform).build(g, inputs);
  const feeds = inputs.map((input, i) => [input, floats([gradients[i]!.length], gradients[i]!)] as const);
  return evaluate(g, feeds, outputs);
}

const norm = (values: readonly number[]): number => Math.hypot(...values);
// TensorFlow takes the least numbers that float32 has for 0.
const float = fc.float({ min: -1000, max: 1000, noNaN: true }).map((x) => (Math.abs(x) < 1e-30 ? 0 : x));
const vectors = fc.array(fc.array(float, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 3 });
const most = fc.float({ min: Math.fround(0.01), max: 1000, noNaN: true });
const runs = { numRuns: 25 };

/** The numbers are those of Keras: see keras.test.ts. */
it('a gradient that is small enough passes to the last bit, a larger one keeps its direction', async () => {
  await fc.assert(
    fc.asyncProperty(vectors, most, async (gradients, limit) => {
      const [each, all] = [
        await clipped(clipByNorm({ norm: limit }), gradients),
        await clipped(clipByGlobalNorm({ norm: limit }), gradients),
      ];
      for (const [i, gradient] of gradients.entries()) {
        const factor = Math.min(1, limit / norm(gradient));
        if (norm(gradient) < limit * (1 - 1e-6)) expect(each[i]!.map((x) => x + 0)).toEqual(gradient.map((x) => x + 0));
        each[i]!.forEach((value, k) =>
          expect(Math.abs(value - gradient[k]! * factor)).toBeLessThanOrEqual(limit * 1e-6),
        );
      }
      const factor = Math.min(1, limit / norm(gradients.flat()));
      all
        .flat()
        .forEach((value, k) =>
          expect(Math.abs(value - gradients.flat()[k]! * factor)).toBeLessThanOrEqual(limit * 1e-6),
        );
    }),
    runs,
  );
});

it('clipped by value, numbers within the bounds pass and the others are bounds', async () => {
  await fc.assert(
    fc.asyncProperty(vectors, most, async (gradients, value) => {
      const expected = gradients.map((gradient) => gradient.map((x) => Math.max(-value, Math.min(value, x)) + 0));
      const actual = await clipped(clipByValue({ value }), gradients);
      expect(actual.map((gradient) => gradient.map((x) => x + 0))).toEqual(expected);
    }),
    runs,
  );
});

describe('what is not finite is never taken for a small gradient', () => {
  const notFinite = (values: readonly number[]) => values.map((value) => !Number.isFinite(value));

  it.each([Number.NaN, Infinity, -Infinity])('%d', async (fault) => {
    const gradients = [[1, fault, 2], [3]];
    const each = await clipped(clipByNorm({ norm: 1 }), gradients);
    expect(each.map(notFinite)).toEqual([[true, true, true], [false]]);
    const all = await clipped(clipByGlobalNorm({ norm: 1 }), gradients);
    expect(all.map(notFinite)).toEqual([[true, true, true], [true]]);
  });

  it('nor is one whose square float32 cannot hold', async () => {
    const gradients = [[1e30, 1]];
    for (const transform of [clipByNorm({ norm: 1 }), clipByGlobalNorm({ norm: 1 })])
      expect((await clipped(transform, gradients)).map(notFinite)).toEqual([[true, true]]);
  });

  it('a NaN passes the clipping by value', async () => {
    expect(await clipped(clipByValue({ value: 1 }), [[Number.NaN, 3, -Infinity]])).toEqual([[Number.NaN, 1, -1]]);
  });
});

it('there may be nothing to clip', async () => {
  const g = new GraphBuilder(addon);
  for (const transform of [clipByValue({ value: 1 }), clipByNorm({ norm: 1 }), clipByGlobalNorm({ norm: 1 })])
    expect(gradientTransforms.build(transform).build(g, [])).toEqual([]);
});

it.each([
  [{ kind: 'clipByValue', value: 0 }, 'The gradientTransform clipByValue: value: expected a number above 0, got 0'],
  [{ kind: 'clipByNorm', norm: -1 }, 'norm: expected a number above 0, got -1'],
  [{ kind: 'clipByGlobalNorm' }, 'norm: expected a number above 0, got undefined'],
  [{ kind: 'clipByGlobalNorm', norm: 1, value: 1 }, 'has no option value: expected some of norm'],
])('refuses %j', (given, message) => {
  expect(() => gradientTransforms.check(given)).toThrow(UsageError);
  expect(() => gradientTransforms.check(given)).toThrow(message);
});
