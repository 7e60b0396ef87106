import { z } from 'zod';
import { Registry } from '../base/described';
import type { GraphBuilder } from '../graph/builder';
import { add, divide, floatConstant, multiply, subtract } from '../graph/ops';
import type { Output } from '../native/graph';

/** What is done to the gradients of a step before the optimizer takes them, such as clipping. */
export interface GradientTransform {
  /** Gradients beside those that are given, of their shapes. */
  build(g: GraphBuilder, gradients: readonly Output[]): readonly Output[];
}

/** Transforms of gradients by kinds. */
export const gradientTransforms = new Registry<'gradientTransform', GradientTransform>('gradientTransform');

const positive = z.number().positive();

/** Each number of each gradient between −`value` and `value` (above 0), as Keras' `clipvalue`. An infinite one becomes the bound, NaN stays. */
export const clipByValue = gradientTransforms.define('clipByValue', z.object({ value: positive }), ({ value }) => ({
  build(g, gradients) {
    const [least, most] = [-value, value].map((bound) => floatConstant(g, bound)) as [Output, Output];
    return gradients.map((gradient) => g.op('Maximum', [g.op('Minimum', [gradient, most]), least]));
  },
}));

/** Each gradient by itself scaled down to an Euclidean norm of `norm` (above 0) where its own is larger, as Keras' `clipnorm`. One that is not finite becomes NaN. */
export const clipByNorm = gradientTransforms.define('clipByNorm', z.object({ norm: positive }), ({ norm }) => ({
  build: (g, gradients) => gradients.map((gradient) => multiply(g, gradient, scaleTo(g, norm, [gradient]))),
}));

/**
 * All gradients scaled down by one factor, to an Euclidean norm of `norm` (above 0) of all of them together where it is larger, as Keras' `global_clipnorm`: the
 * step's direction stays. Where one is not finite, all become NaN.
 */
export const clipByGlobalNorm = gradientTransforms.define(
  'clipByGlobalNorm',
  z.object({ norm: positive }),
  ({ norm }) => ({
    build(g, gradients) {
      if (gradients.length === 0) return [];
      const scale = scaleTo(g, norm, gradients);
      return gradients.map((gradient) => multiply(g, gradient, scale));
    },
  }),
);

/** The factor that brings gradients to a norm where theirs together is larger; exactly 1 where it is not, NaN where it is not finite. */
function scaleTo(g: GraphBuilder, norm: number, gradients: readonly Output[]): Output {
  // L2Loss is half the sum of squares.
  const halves = g.op('AddN', [gradients.map((gradient) => g.op('L2Loss', [gradient]))]);
  const own = g.op('Sqrt', [multiply(g, halves, floatConstant(g, 2))]);
  const most = floatConstant(g, norm);
  const scale = divide(g, most, g.op('Maximum', [own, most]));
  // Without this an infinite norm would give a factor of 0, and the fault would pass for a step that changes nothing.
  return add(g, scale, subtract(g, own, own));
}
