import type { VariantName } from './variants';

export type ConvType = '3d' | '2plus1d';
export type SqueezeExcitationType = '3d' | '2plus3d' | 'none';
export type Activation = 'swish' | 'hard_swish' | 'relu6';
/**
 * `hard_sigmoid` is relu6(x + 3) · 0.16667, the official code since 2022; `keras_hard_sigmoid` is clip(0.2 x + 0.5, 0, 1), which the
 * published stream weights of 2021 were trained with (specification §2.3).
 */
export type GatingActivation = 'sigmoid' | 'hard_sigmoid' | 'keras_hard_sigmoid';

/** The official constructor's options that change numbers. */
export interface MovinetOptions {
  variant: VariantName;
  /** Each frame sees only itself and earlier ones. */
  causal: boolean;
  convType: ConvType;
  seType: SqueezeExcitationType;
  activation: Activation;
  gatingActivation: GatingActivation;
  classifierActivation: Activation;
  usePositionalEncoding: boolean;
  numClasses: number;
  /** Probability of dropping a unit of the head's hidden layer while training. Default 0. */
  dropoutRate: number;
  /** Stochastic depth: block i of N is dropped with probability rate · i / N while training. Default 0. */
  stochasticDepthDropRate: number;
  /** Default 0.99. */
  batchNormMomentum: number;
  /** Default 1e-3. */
  batchNormEpsilon: number;
  /** The official `use_sync_bn`, default true: training rounds as the official code does. False is faster, and the same but for rounding. */
  synchronizedBatchNorm: boolean;
  /** Each regularised kernel adds decay · Σ w² to the loss. Default 0; the Kinetics recipes use 1.5e-5 (specification §1.2). */
  weightDecay: number;
}

export type ModelKind = 'base' | 'stream' | 'stream-relu6';

/** A model id such as `a0-base`, `a3-stream` or `a0-stream-relu6`. */
export type ModelId = `${VariantName}-${ModelKind}`;

const COMMON = {
  dropoutRate: 0,
  stochasticDepthDropRate: 0,
  batchNormMomentum: 0.99,
  batchNormEpsilon: 1e-3,
  synchronizedBatchNorm: true,
  weightDecay: 0,
};

const KINDS: Record<ModelKind, Omit<MovinetOptions, 'variant' | 'numClasses' | keyof typeof COMMON>> = {
  base: {
    causal: false,
    convType: '3d',
    seType: '3d',
    activation: 'swish',
    gatingActivation: 'sigmoid',
    classifierActivation: 'swish',
    usePositionalEncoding: false,
  },
  stream: {
    causal: true,
    convType: '2plus1d',
    seType: '2plus3d',
    activation: 'hard_swish',
    gatingActivation: 'hard_sigmoid',
    classifierActivation: 'swish',
    usePositionalEncoding: false,
  },
  'stream-relu6': {
    causal: true,
    convType: '2plus1d',
    seType: 'none',
    activation: 'relu6',
    gatingActivation: 'hard_sigmoid',
    classifierActivation: 'relu6',
    usePositionalEncoding: false,
  },
};

export const MODEL_KINDS = Object.keys(KINDS) as ModelKind[];

/** The official configuration of a model id (specification §1.1). */
export function movinetOptions(
  variant: VariantName,
  kind: ModelKind,
  overrides: Partial<MovinetOptions> & { numClasses: number },
): MovinetOptions {
  const positional = kind === 'stream' && (variant === 'a3' || variant === 'a4' || variant === 'a5');
  return { ...COMMON, ...KINDS[kind], variant, usePositionalEncoding: positional, ...overrides };
}
