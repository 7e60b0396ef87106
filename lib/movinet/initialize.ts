import type { Architecture, Parameter } from './architecture';
import { Weights, type WeightArray } from '../graph/weights';

/** Uniform numbers in [0, 1) for one variable's initial values. */
export type Uniform = (path: string) => () => number;

export interface InitializeOptions {
  /** Uniform numbers in [0, 1) for one variable: an independent stream for each path. */
  uniform: Uniform;
  /** ReZero scalars; the official start is 0, which leaves every block's branch out at first. Default 0. */
  reZero?: number;
}

/** The factor between a normal distribution cut at two standard deviations and the uncut one (specification §2.1). */
const TRUNCATED_STANDARD_DEVIATION = 0.8796256610342398;
const CLASSIFIER_STANDARD_DEVIATION = 0.01;

function normal(uniform: () => number): number {
  // Box–Muller; 1 − u keeps the logarithm's argument above 0.
  return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

function truncatedNormal(uniform: () => number): number {
  for (;;) {
    const value = normal(uniform);
    if (Math.abs(value) <= 2) return value;
  }
}

/** What every output of the kernel sums over: the receptive field times the input channels, as Keras counts them. */
function fanIn(shape: readonly number[]): number {
  return shape.slice(0, -1).reduce((a, b) => a * b, 1);
}

function initialArray(parameter: Parameter, isClassifier: boolean, options: InitializeOptions): WeightArray {
  const size = parameter.shape.reduce((a, b) => a * b, 1);
  const filled = (value: number) => new Float32Array(size).fill(value);
  const data = (): Float32Array => {
    switch (parameter.role) {
      case 'gamma':
      case 'moving_variance':
        return filled(1);
      case 'beta':
      case 'moving_mean':
      case 'bias':
        return filled(0);
      case 'scale':
        return filled(options.reZero ?? 0);
      case 'kernel': {
        const uniform = options.uniform(parameter.path);
        if (isClassifier)
          return Float32Array.from({ length: size }, () => CLASSIFIER_STANDARD_DEVIATION * normal(uniform));
        const deviation = Math.sqrt(2 / fanIn(parameter.shape)) / TRUNCATED_STANDARD_DEVIATION;
        return Float32Array.from({ length: size }, () => deviation * truncatedNormal(uniform));
      }
    }
  };
  return { shape: parameter.shape, data: data() };
}

/** The official initial values (specification §2.1) of the parameters that `wanted` picks, all by default. */
export function initialWeights(
  architecture: Architecture,
  options: InitializeOptions,
  wanted: (parameter: Parameter) => boolean = () => true,
): Weights {
  const weights = new Weights();
  for (const parameter of architecture.parameters.filter(wanted)) {
    const isClassifier = parameter.path === architecture.classifier.kernel.path;
    weights.set(parameter.path, initialArray(parameter, isClassifier, options));
  }
  return weights;
}
