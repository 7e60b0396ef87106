import type { GraphBuilder } from '../../graph/builder';
import { cast, floatConstant, placeholder } from '../../graph/ops';
import type { Output } from '../../native/graph';

/** Where clips come into a graph: as float32 in [0, 1] or as bytes, either of which is fed. */
export interface ClipInput {
  /** float32 [batch, frames, height, width, 3], what follows is computed from; fed itself, it needs no bytes. */
  readonly clips: Output;
  /** uint8 of the same shape. */
  readonly bytes: Output;
}

/** Bytes are scaled as the decoder scales them, so that equal pixels are equal numbers. Shapes as of a placeholder. */
export function clipInput(g: GraphBuilder, shape: readonly [number, number, number, number, number]): ClipInput {
  const bytes = placeholder(g, 'uint8', [...shape], 'bytes');
  // Of a constant TensorFlow would make a part of the first convolution's kernel, which rounds otherwise.
  const scale = g.op('PlaceholderWithDefault', [floatConstant(g, 1 / 255)], { shape: { shape: [] } });
  return { bytes, clips: g.op('Mul', [cast(g, bytes, 'float32'), scale], {}, { name: 'clips' }) };
}
