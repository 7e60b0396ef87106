import { derive } from '../base/random';
import { Turn } from '../base/turn';
import { Weights } from '../graph/weights';
import type { Architecture, Parameter } from './architecture';

/** Uniform numbers in [0, 1) for one variable's initial values. */
export type Uniform = (path: string) => () => number;

/** Uniform numbers for initial weights: an independent stream for each variable. */
export function seededUniform(seed: number): Uniform {
  return (path) => {
    const random = derive(seed, 'weights', path);
    return () => random.float();
  };
}

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

/** What one number of a parameter is, where all are alike, or what draws the next one. */
function initialValue(
  parameter: Parameter,
  isClassifier: boolean,
  options: InitializeOptions,
): number | (() => number) {
  switch (parameter.role) {
    case 'gamma':
    case 'moving_variance':
      return 1;
    case 'beta':
    case 'moving_mean':
    case 'bias':
      return 0;
    case 'scale':
      return options.reZero ?? 0;
    case 'kernel': {
      const uniform = options.uniform(parameter.path);
      if (isClassifier) return () => CLASSIFIER_STANDARD_DEVIATION * normal(uniform);
      const deviation = Math.sqrt(2 / fanIn(parameter.shape)) / TRUNCATED_STANDARD_DEVIATION;
      return () => deviation * truncatedNormal(uniform);
    }
  }
}

/** Numbers drawn between two looks at the clock: less than a millisecond's. */
const AT_ONCE = 4096;

/** Fills the arrays one after the other, and yields now and then. */
function* drawing(
  architecture: Architecture,
  options: InitializeOptions,
  wanted: (parameter: Parameter) => boolean,
): Generator<void, Weights, undefined> {
  const weights = new Weights();
  for (const parameter of architecture.parameters.filter(wanted)) {
    const { path, shape } = parameter;
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
    const value = initialValue(parameter, path === architecture.classifier.kernel.path, options);
    if (typeof value === 'number') data.fill(value);
    else {
      for (let i = 0; i < data.length; i++) {
        data[i] = value();
        if (i % AT_ONCE === 0) yield;
      }
    }
    weights.set(path, { shape, data });
  }
  return weights;
}

/** The official initial values (specification §2.1) of the parameters that `wanted` picks, all by default. */
export function initialWeights(
  architecture: Architecture,
  options: InitializeOptions,
  wanted: (parameter: Parameter) => boolean = () => true,
): Weights {
  const steps = drawing(architecture, options, wanted);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** As {@link initialWeights}, in turns of the event loop: a head of 600 classes is a million numbers. */
export async function drawWeights(...given: Parameters<typeof initialWeights>): Promise<Weights> {
  const [architecture, options, wanted = () => true] = given;
  const steps = drawing(architecture, options, wanted);
  const turn = new Turn();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (turn.over) await turn.next();
  }
}
