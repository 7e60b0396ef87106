import { z } from 'zod';
import { checkOptions } from '../base/check-options';
import type { VariantName } from './variants';

/**
 * `3d`: 3-D convolutions. `2plus1d`: each split into a spatial and a temporal 2-D one. `3d_2plus1d`: the same split with kernels in the shapes of
 * 3-D convolutions, the form that the published stream models were trained in; the numbers are those of `2plus1d`.
 */
export type ConvType = '3d' | '2plus1d' | '3d_2plus1d';
/** What a squeeze-excitation looks at: `3d` the mean over space and time, `2d` that of each frame, `2plus3d` both. */
export type SqueezeExcitationType = '3d' | '2d' | '2plus3d' | 'none';
export type Activation = 'swish' | 'hard_swish' | 'relu6';
/**
 * `hard_sigmoid` is relu6(x + 3) · 0.16667, the official code since 2022; `keras_hard_sigmoid` is clip(0.2 x + 0.5, 0, 1), which the
 * published stream weights of 2021 were trained with (specification §2.3).
 *
 * @useDeclaredType
 */
export type GatingActivation = (typeof GATING_ACTIVATIONS)[number];
export const GATING_ACTIVATIONS = ['sigmoid', 'hard_sigmoid', 'keras_hard_sigmoid'] as const;

/**
 * The official constructors' options that change numbers. The defaults are those of the model's kind (specification §1.1). Of the activations there
 * are those of the published models; the head always pools over space and time, the only pooling that gives one vector a clip.
 */
export interface MovinetOptions {
  variant: VariantName;
  /** Each frame sees only itself and earlier ones, so that the model can stream. */
  causal: boolean;
  convType: ConvType;
  seType: SqueezeExcitationType;
  activation: Activation;
  gatingActivation: GatingActivation;
  /** Of the classifier head's hidden layer. */
  classifierActivation: Activation;
  /** Squeeze-excitations see which frame they look at. Only of causal networks; ignored in others, as by the official code. */
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
  /** The official `use_sync_bn`. False gives moving variances the Bessel-corrected variance of a batch (specification §2.10). Default true. */
  synchronizedBatchNorm: boolean;
  /** Training computes with TensorFlow's fused batch normalisation: faster, and the same but for rounding. Default false. */
  fusedBatchNorm: boolean;
  /**
   * Each regularised kernel that learns adds decay · Σ w² to what training minimises; the losses that are reported leave it out. Default 0; the
   * Kinetics recipes use 1.5e-5 (specification §1.2).
   */
  weightDecay: number;
}

/** What may differ from a model id's own options. */
export type MovinetOverrides = Partial<Omit<MovinetOptions, 'variant' | 'numClasses'>>;

const activation = z.enum(['swish', 'hard_swish', 'relu6']);
const share = z.number().min(0).lt(1);

/** Options from outside: from a caller, or from a model's folder. */
export const movinetOverridesSchema = z.strictObject({
  causal: z.boolean().exactOptional(),
  convType: z.enum(['3d', '2plus1d', '3d_2plus1d']).exactOptional(),
  seType: z.enum(['3d', '2d', '2plus3d', 'none']).exactOptional(),
  activation: activation.exactOptional(),
  gatingActivation: z.enum(GATING_ACTIVATIONS).exactOptional(),
  classifierActivation: activation.exactOptional(),
  usePositionalEncoding: z.boolean().exactOptional(),
  dropoutRate: share.exactOptional(),
  stochasticDepthDropRate: share.exactOptional(),
  batchNormMomentum: z.number().min(0).lt(1).exactOptional(),
  batchNormEpsilon: z.number().positive().exactOptional(),
  synchronizedBatchNorm: z.boolean().exactOptional(),
  fusedBatchNorm: z.boolean().exactOptional(),
  weightDecay: z.number().min(0).exactOptional(),
}) satisfies z.ZodType<MovinetOverrides>;

/** Throws UsageError that names the option. */
export function checkOverrides(overrides: MovinetOverrides): MovinetOverrides {
  return checkOptions('Options of the network', movinetOverridesSchema, overrides);
}

/** A network's options without variant and number of classes, which its id and its classes tell. */
export function overridesOf(options: MovinetOptions): MovinetOverrides {
  return movinetOverridesSchema.strip().parse(options);
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
  fusedBatchNorm: false,
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
