import type { GraphBuilder } from '../../../graph/builder';
import type { AttributeValue, Output } from '../../../native/graph';
import type { NativeTensor } from '../../../native/tensor';
import type { ConvolutionValues } from '../folded-convolution';

/** Weights as attributes of an operation: each convolution a list of its filter and its bias, or of nothing. */
export type WeightAttributes = Readonly<Record<string, ConvolutionValues | undefined>>;

/** Adds an operation with frozen weights, which are its attributes; returns all its outputs. */
export function frozenOperation(
  g: GraphBuilder,
  type: 'ClipStem' | 'ClipBottleneck' | 'ClipHead',
  inputs: (Output | Output[])[],
  given: { weights: WeightAttributes; attributes: Record<string, AttributeValue> },
): [Output, ...Output[]] {
  const made: NativeTensor[] = [];
  const tensorOf = (values: Float32Array): NativeTensor => {
    const tensor = g.addon.createTensor('float32', [values.length]);
    made.push(tensor);
    (tensor.data() as Float32Array).set(values);
    return tensor;
  };
  try {
    const attributes = { ...given.attributes };
    for (const [name, values] of Object.entries(given.weights)) {
      attributes[name] = { tensors: values ? [tensorOf(values.filter), tensorOf(values.bias)] : [] };
    }
    return g.outputs(`MovinetNative>${type}`, inputs, attributes) as [Output, ...Output[]];
  } finally {
    made.forEach((tensor) => tensor.dispose());
  }
}
