import type { Architecture } from '../../lib/movinet/architecture';
import { Weights, type WeightArray } from '../../lib/graph/weights';

/** FNV-1a, 32 bits, of the text's bytes. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** The number in [−1, 1) that belongs to index `i` of the variable `path`, rounded to float32. */
function uniform(hash: number, i: number): number {
  let x = (Math.imul(i, 2654435761) + hash) >>> 0;
  // murmur3's 32-bit finaliser.
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b) >>> 0;
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35) >>> 0;
  x = (x ^ (x >>> 16)) >>> 0;
  return Math.fround(x / 2 ** 31 - 1);
}

/** How a variable's numbers follow from u in [−1, 1), by the last part of its path. */
function scaler(path: string, shape: readonly number[]): (u: number) => number {
  const product = (sizes: readonly number[]) => sizes.reduce((a, b) => a * b, 1);
  switch (path.slice(path.lastIndexOf('/') + 1)) {
    case 'gamma':
      return (u) => 1 + 0.3 * u;
    case 'beta':
    case 'moving_mean':
    case 'bias':
      return (u) => 0.1 * u;
    case 'moving_variance':
      return (u) => 1 + 0.5 * u;
    case 'scale':
      return (u) => 0.6 + 0.4 * u;
    case 'depthwise_kernel': {
      const limit = Math.sqrt(6 / product(shape.slice(0, 2)));
      return (u) => u * limit;
    }
    default: {
      const limit = Math.sqrt(6 / product(shape.length === 5 ? shape.slice(0, 4) : shape.slice(0, -1)));
      return (u) => u * limit;
    }
  }
}

/** One variable of a golden file: its numbers are computed from its path and need no weights file. */
export function referenceArray(path: string, shape: readonly number[]): WeightArray {
  const hash = fnv1a(path);
  const scale = scaler(path, shape);
  const size = shape.reduce((a, b) => a * b, 1);
  return { shape, data: Float32Array.from({ length: size }, (_, i) => scale(uniform(hash, i))) };
}

export function referenceWeights(architecture: Architecture): Weights {
  const weights = new Weights();
  for (const { path, shape } of architecture.parameters) weights.set(path, referenceArray(path, shape));
  return weights;
}

/** The golden files' input clip, in [0, 1). */
export function referenceClip(shape: readonly number[]): Float32Array {
  const hash = fnv1a('input');
  const size = shape.reduce((a, b) => a * b, 1);
  return Float32Array.from({ length: size }, (_, i) => (uniform(hash, i) + 1) / 2);
}
