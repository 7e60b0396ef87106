import type { GraphShape, Output } from '../native/graph';
import type { DType } from '../native/tensor';
import type { GraphBuilder } from './builder';

/** Thin names for the operations that the networks use; each returns its one output. float32 where nothing else is said. */

export function floatConstant(g: GraphBuilder, values: Float32Array | number, shape: number[] = []): Output {
  const tensor = g.addon.createTensor('float32', shape);
  (tensor.data() as Float32Array).set(typeof values === 'number' ? [values] : values);
  try {
    return g.op('Const', [], { dtype: { type: 'float32' }, value: { tensor } });
  } finally {
    tensor.dispose();
  }
}

/** An int32 scalar, or a vector. */
export function intConstant(g: GraphBuilder, values: number | number[]): Output {
  const tensor = g.addon.createTensor('int32', Array.isArray(values) ? [values.length] : []);
  (tensor.data() as Int32Array).set(Array.isArray(values) ? values : [values]);
  try {
    return g.op('Const', [], { dtype: { type: 'int32' }, value: { tensor } });
  } finally {
    tensor.dispose();
  }
}

export function stringConstant(g: GraphBuilder, values: string[], shape: number[] = [values.length]): Output {
  const tensor = g.addon.createStringTensor(values, shape);
  try {
    return g.op('Const', [], { dtype: { type: 'string' }, value: { tensor } });
  } finally {
    tensor.dispose();
  }
}

export function placeholder(g: GraphBuilder, dtype: DType, shape: GraphShape, name?: string): Output {
  return g.op('Placeholder', [], { dtype: { type: dtype }, shape: { shape } }, name === undefined ? {} : { name });
}

type Binary = 'AddV2' | 'Sub' | 'Mul' | 'RealDiv';

function binary(type: Binary) {
  return (g: GraphBuilder, a: Output, b: Output): Output => g.op(type, [a, b]);
}

export const add = binary('AddV2');
export const subtract = binary('Sub');
export const multiply = binary('Mul');
export const divide = binary('RealDiv');

export function sigmoid(g: GraphBuilder, x: Output): Output {
  return g.op('Sigmoid', [x]);
}

export function relu6(g: GraphBuilder, x: Output): Output {
  return g.op('Relu6', [x]);
}

export function cast(g: GraphBuilder, x: Output, to: DType): Output {
  return g.op('Cast', [x], { DstT: { type: to } });
}

export type Padding = 'SAME' | 'VALID';

/** x [n, height, width, in], filter [kh, kw, in, out]. */
export function conv2d(g: GraphBuilder, x: Output, filter: Output, stride: number, padding: Padding = 'SAME'): Output {
  return g.op('Conv2D', [x, filter], { strides: { ints: [1, stride, stride, 1] }, padding });
}

/** x [n, height, width, channels], filter [kh, kw, channels, 1]. */
export function depthwiseConv2d(
  g: GraphBuilder,
  x: Output,
  filter: Output,
  stride: number,
  padding: Padding = 'SAME',
): Output {
  return g.op('DepthwiseConv2dNative', [x, filter], { strides: { ints: [1, stride, stride, 1] }, padding });
}

export function biasAdd(g: GraphBuilder, x: Output, bias: Output): Output {
  return g.op('BiasAdd', [x, bias]);
}

export function averagePool(g: GraphBuilder, x: Output, size: number, stride: number): Output {
  return g.op('AvgPool', [x], {
    ksize: { ints: [1, size, size, 1] },
    strides: { ints: [1, stride, stride, 1] },
    padding: 'SAME',
  });
}

export function matMul(g: GraphBuilder, a: Output, b: Output): Output {
  return g.op('MatMul', [a, b]);
}

export function mean(g: GraphBuilder, x: Output, axes: number[], keepDims = false): Output {
  return g.op('Mean', [x, intConstant(g, axes)], { keep_dims: keepDims });
}

export function sum(g: GraphBuilder, x: Output, axes: number[], keepDims = false): Output {
  return g.op('Sum', [x, intConstant(g, axes)], { keep_dims: keepDims });
}

export function concat(g: GraphBuilder, parts: Output[], axis: number): Output {
  const only = parts[0];
  if (parts.length === 1 && only !== undefined) return only;
  return g.op('ConcatV2', [parts, intConstant(g, axis)]);
}

export function reshape(g: GraphBuilder, x: Output, shape: Output | number[]): Output {
  return g.op('Reshape', [x, Array.isArray(shape) ? intConstant(g, shape) : shape]);
}

/** `paddings`: [before, after] for each axis. */
export function pad(g: GraphBuilder, x: Output, paddings: [number, number][]): Output {
  const tensor = g.addon.createTensor('int32', [paddings.length, 2]);
  (tensor.data() as Int32Array).set(paddings.flat());
  try {
    return g.op('Pad', [x, g.op('Const', [], { dtype: { type: 'int32' }, value: { tensor } })]);
  } finally {
    tensor.dispose();
  }
}

/** The scalar `shape(x)[axis]`, as int32. */
export function dimension(g: GraphBuilder, x: Output, axis: number): Output {
  const shape = g.op('Shape', [x]);
  return g.op('StridedSlice', [shape, intConstant(g, [axis]), intConstant(g, [axis + 1]), intConstant(g, [1])], {
    shrink_axis_mask: { int: 1 },
  });
}

/** x[:, begin : end] with Python's meaning of a negative or missing end. */
export function sliceAxis1(g: GraphBuilder, x: Output, begin: number, end: number | undefined): Output {
  return g.op('StridedSlice', [x, intConstant(g, [0, begin]), intConstant(g, [0, end ?? 0]), intConstant(g, [1, 1])], {
    begin_mask: { int: 1 },
    end_mask: { int: end === undefined ? 3 : 1 },
  });
}
