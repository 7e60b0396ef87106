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

/** A scalar's gradient is measured against no less than this share of the largest of its kind. */
const LEAST_SHARE = 0.01;

/**
 * The largest error of all gradients, each measured by its own largest magnitude. A scalar's is a sum over a whole block's activations: one that
 * happens to end near zero is mostly rounding, by which the official implementation differs from itself too (between oneDNN on and off, by
 * 7e-3 of one ReZero gradient of A2 stream), so it is measured against a hundredth of the largest of its kind where that is more.
 */
export function gradientsError(
  actual: ReadonlyMap<string, Float32Array>,
  expected: Readonly<Record<string, Sample>>,
): number {
  const samples = Object.entries(expected).filter(([, { noise }]) => noise !== true);
  const isScalar = (path: string): boolean => actual.get(path)?.length === 1;
  const largest = new Map<string, number>();
  for (const [path, { norm }] of samples.filter(([name]) => isScalar(name))) {
    largest.set(kindOf(path), Math.max(largest.get(kindOf(path)) ?? 0, norm));
  }
  const errorOf = (path: string, sample: Sample): number => {
    const error = sampleError(actual.get(path), sample);
    const least = isScalar(path) ? LEAST_SHARE * (largest.get(kindOf(path)) ?? 0) : 0;
    return sample.norm < least ? (error * sample.norm) / least : error;
  };
  return Math.max(0, ...samples.map(([path, sample]) => errorOf(path, sample)));
}
