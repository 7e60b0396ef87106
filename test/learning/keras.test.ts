import { GraphBuilder } from '../../lib/graph/builder';
import { mean, multiply, placeholder } from '../../lib/graph/ops';
import { gradientTransforms } from '../../lib/learning/gradient-transform';
import { losses } from '../../lib/learning/loss';
import { schedules } from '../../lib/learning/schedule';
import { relativeError } from '../../scripts/parity/errors';
import { addon, evaluate, floats, learn, type Values } from './support/graph-steps';
import { flat, kerasValues, type Pair, type Rows } from './support/keras-values';

/** Everything that learns, against the numbers that Keras computes (scripts/python/fixtures/keras_learning.py). */

const TOLERANCE = 1e-6;

/** The largest error over all steps, each variable by its own magnitude. */
function largestError(actual: readonly Values[], expected: readonly Pair<Rows>[]): number {
  expect(actual).toHaveLength(expected.length);
  const errors = actual.flatMap(({ kernel, bias }, step) => [
    relativeError(kernel, flat(expected[step]!.kernel)),
    relativeError(bias, flat(expected[step]!.bias)),
  ]);
  return Math.max(...errors);
}

const { start, rates, gradients } = kerasValues;

describe('optimizers', () => {
  it.each(kerasValues.optimizers)('$described', async ({ described, variables }) => {
    const learned = await learn({ optimizer: described, start, rates, gradients });
    // TensorFlow's Adam takes 1 − beta2^t in float32, where the rounding of beta2^t is up to 1.5e-5 of it.
    const tolerance = described.kind.startsWith('adam') ? 10 * TOLERANCE : TOLERANCE;
    expect(largestError(learned.variables, variables)).toBeLessThan(tolerance);
  });
});

describe('averages of weights', () => {
  it.each(kerasValues.averages)('$described', async ({ described, optimizer, averages }) => {
    const learned = await learn({ optimizer, average: described, start, rates, gradients });
    expect(largestError(learned.averages, averages)).toBeLessThan(TOLERANCE);
  });
});

describe('schedules', () => {
  it.each(kerasValues.schedules)('$described', ({ described, rates: expected }) => {
    const schedule = schedules.build(described);
    const actual = expected.map((_, step) => schedule.at(step));
    expect(relativeError(actual, expected)).toBeLessThan(TOLERANCE);
  });
});

describe('clipped gradients', () => {
  it.each(kerasValues.clips)('$described: $name', async ({ described, gradients: given, clipped }) => {
    const g = new GraphBuilder(addon);
    const shapes = [[2, 2], [2]];
    const inputs = shapes.map((shape) => placeholder(g, 'float32', shape));
    const outputs = gradientTransforms.build(described).build(g, inputs);
    const feeds = inputs.map((input, i) => [input, floats(shapes[i]!, flat(given[i]!))] as const);
    const actual = (await evaluate(g, feeds, outputs)).flat();
    const expected = clipped.flatMap(flat);
    // Where a gradient is not finite, clipByNorm tells it by all of its numbers, Keras by one of them.
    expect(actual.every((value, i) => !Number.isFinite(value) || Number.isFinite(expected[i]))).toBe(true);
    expect(actual.every(Number.isFinite)).toBe(expected.every(Number.isFinite));
    const [mine, theirs] = [actual, expected].map((values) => values.filter((_, i) => Number.isFinite(actual[i])));
    expect(relativeError(mine!, theirs!)).toBeLessThan(TOLERANCE);
  });
});

describe('losses', () => {
  const { logits, weights, cases } = kerasValues.losses;

  it.each(cases)('$described', async ({ described, targets, losses: expected, gradient, weighted }) => {
    const g = new GraphBuilder(addon);
    const shape = [logits.length, logits[0]!.length];
    const [x, y] = [logits, targets].map(() => placeholder(g, 'float32', [-1, shape[1]!])) as [string, string];
    const factors = placeholder(g, 'float32', [-1]);
    const values = losses.build(described).perExample(g, x, y);
    const [slope] = await g.graph.addGradients([values], [x]);
    const whole = mean(g, multiply(g, values, factors), [0]);
    const feeds = [
      [x, floats(shape, logits.flat())],
      [y, floats(shape, targets.flat())],
      [factors, floats([shape[0]!], weights)],
    ] as const;
    const actual = await evaluate(g, feeds, [values, slope!, whole]);
    expect(relativeError(actual[0]!, expected)).toBeLessThan(TOLERANCE);
    expect(relativeError(actual[1]!, gradient.flat())).toBeLessThan(TOLERANCE);
    expect(relativeError(actual[2]!, [weighted])).toBeLessThan(TOLERANCE);
  });
});
