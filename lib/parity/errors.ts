import type { Sample } from './golden-file';

/** Largest difference over largest expected magnitude; infinite where the sizes differ or a number is none. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let difference = 0;
  let magnitude = 0;
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs((actual[i] as number) - (expected[i] as number)));
    magnitude = Math.max(magnitude, Math.abs(expected[i] as number));
    if (Number.isNaN(actual[i])) return Infinity;
  }
  return magnitude === 0 ? difference : difference / magnitude;
}

/** The error of a tensor of which a golden file has the norm and some values. */
export function sampleError(actual: Float32Array | undefined, sample: Sample): number {
  if (sample.noise === true) return 0;
  if (!actual) return Infinity;
  const norm = Math.sqrt(actual.reduce((total, value) => total + value * value, 0));
  // A sampled value is measured against the largest sampled one, but never against less than the tensor's root mean square.
  const scale = Math.max(...sample.values.map(Math.abs), sample.norm / Math.sqrt(actual.length));
  const largest = Math.max(
    ...sample.values.map((value, i) => Math.abs((actual[sample.at[i] as number] ?? NaN) - value)),
  );
  return Math.max(scale === 0 ? largest : largest / scale, relativeError([norm], [sample.norm]));
}

/** The part of a path that all blocks share, such as `_mobile_bottleneck/_rezero/scale`. */
function kindOf(path: string): string {
  return path.replace(/^.*layer_with_weights-\d+\//, '');
}

/**
 * The largest error of all gradients. Scalars of a kind are measured as one tensor: each is a sum over a whole block's activations, and one that
 * happens to end near zero is mostly rounding (between oneDNN on and off, the official implementation differs from itself by 7e-3 in such a one
 * of A2 stream).
 */
export function gradientsError(
  actual: ReadonlyMap<string, Float32Array>,
  expected: Readonly<Record<string, Sample>>,
): number {
  let error = 0;
  const scalars = new Map<string, { actual: number[]; expected: number[] }>();
  for (const [path, sample] of Object.entries(expected)) {
    const gradient = actual.get(path);
    if (gradient?.length !== 1 || sample.noise === true) {
      error = Math.max(error, sampleError(gradient, sample));
      continue;
    }
    const kind = scalars.get(kindOf(path)) ?? { actual: [], expected: [] };
    scalars.set(kindOf(path), kind);
    kind.actual.push(gradient[0] as number);
    kind.expected.push(sample.values[0] as number);
  }
  for (const kind of scalars.values()) error = Math.max(error, relativeError(kind.actual, kind.expected));
  return error;
}
