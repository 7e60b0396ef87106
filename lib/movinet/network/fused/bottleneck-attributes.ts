import type { AttributeValue } from '../../../native/graph';
import type { Block, Conv } from '../../architecture';
import type { MovinetOptions } from '../../options';

/** What the operations of a bottleneck are told of it, its weights and threads aside. */
export function bottleneckAttributes(options: MovinetOptions, block: Block): Record<string, AttributeValue> {
  const { expansion, feature, attention, skip } = block;
  const [inputs = 0] = expansion.kernel.shape.slice(-2);
  return {
    inputs: { int: inputs },
    kernel_frames: { int: block.kernelFrames },
    kernel_size: { int: spatialSize(feature) },
    stride: { int: feature.stride },
    causal: options.causal,
    split: options.convType !== '3d',
    pool: skip.kind === 'projection' && skip.pool,
    squeeze: attention ? squeezeName(options) : 'none',
    gate: options.gatingActivation,
    activation: options.activation,
  };
}

/** What the operation of a stem is told. */
export function stemAttributes(options: MovinetOptions, conv: Conv): Record<string, AttributeValue> {
  const [size = 0, , inputs = 0] = conv.kernel.shape.slice(-4);
  return {
    inputs: { int: inputs },
    kernel_size: { int: size },
    stride: { int: conv.stride },
    activation: options.activation,
  };
}

/** What the operation of a head is told. */
export function headAttributes(options: MovinetOptions, conv: Conv): Record<string, AttributeValue> {
  const [inputs = 0] = conv.kernel.shape.slice(-2);
  return { inputs: { int: inputs }, activation: options.activation };
}

/** Of [frames, height, width, 1, channels] or [height, width, channels, 1]. */
function spatialSize({ kernel: { shape } }: Conv): number {
  return shape.length === 5 ? (shape[1] as number) : (shape[0] as number);
}

/** What the squeeze-excitation looks at (specification §2.6), in the operations' words. */
function squeezeName({ seType, causal }: MovinetOptions): string {
  const overTime = causal ? 'past' : 'clip';
  if (seType === '2plus3d') return `${overTime}_and_frame`;
  return seType === '3d' ? overTime : 'frame';
}
