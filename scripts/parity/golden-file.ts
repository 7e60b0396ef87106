import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { UsageError } from '../../lib/base/errors';
import { movinetOptions, type MovinetOptions } from '../../lib/movinet/options';
import { VARIANT_NAMES, type VariantName } from '../../lib/movinet/variants';

const sampleSchema = z.object({
  norm: z.number(),
  at: z.array(z.number().int().nonnegative()),
  values: z.array(z.number()),
  /** The exact number is zero and this is rounding noise: not comparable. */
  noise: z.boolean().optional(),
});

const goldenSchema = z.object({
  case: z.string(),
  /** By the names of the official constructors. */
  config: z.strictObject({
    causal: z.boolean().default(false),
    conv_type: z.enum(['3d', '2plus1d', '3d_2plus1d']).default('3d'),
    se_type: z.enum(['3d', '2d', '2plus3d', 'none']).default('3d'),
    activation: z.enum(['swish', 'hard_swish', 'relu6']).default('swish'),
    gating_activation: z.enum(['sigmoid', 'hard_sigmoid']).default('sigmoid'),
    classifier_activation: z.enum(['swish', 'hard_swish', 'relu6']).default('swish'),
    use_positional_encoding: z.boolean().default(false),
    use_sync_bn: z.boolean().default(true),
    norm_momentum: z.number().default(0.99),
    norm_epsilon: z.number().default(1e-3),
    /** Of the regularizer L2(weight_decay) that both constructors were given. */
    weight_decay: z.number().default(0),
    num_classes: z.number().int().positive(),
  }),
  input_shape: z.tuple([z.number(), z.number(), z.number(), z.number(), z.literal(3)]),
  variables: z.number().int(),
  parameters: z.number().int(),
  /** Inference. */
  logits: z.array(z.number()).optional(),
  /** Training. */
  labels: z.array(z.number().int()).optional(),
  optimizer: z
    .object({ learning_rate: z.number(), beta_1: z.number(), beta_2: z.number(), epsilon: z.number() })
    .optional(),
  steps: z
    .array(
      z.object({
        loss: z.number(),
        logits: z.array(z.number()),
        gradients: z.record(z.string(), sampleSchema).optional(),
      }),
    )
    .optional(),
  after: z.record(z.string(), sampleSchema).optional(),
  logits_after_inference_mode: z.array(z.number()).optional(),
});

export type Sample = z.infer<typeof sampleSchema>;
export type GoldenFile = z.infer<typeof goldenSchema>;

/** Reads numbers that the official implementation computed. Throws {@link UsageError} for a file of another form. */
export async function readGoldenFile(path: string): Promise<GoldenFile> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new UsageError(
      `The golden file ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const parsed = goldenSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UsageError(`${path} is not a golden file: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
}

/** The network that a golden file was computed with. The case's name begins with the variant. */
export function goldenOptions(golden: GoldenFile): MovinetOptions {
  const variant = golden.case.slice(0, 2);
  if (!VARIANT_NAMES.includes(variant as VariantName)) {
    throw new UsageError(`The golden case "${golden.case}" does not begin with a variant: ${VARIANT_NAMES.join(', ')}`);
  }
  const { config } = golden;
  return movinetOptions(variant as VariantName, 'base', {
    causal: config.causal,
    convType: config.conv_type,
    seType: config.se_type,
    activation: config.activation,
    gatingActivation: config.gating_activation,
    classifierActivation: config.classifier_activation,
    usePositionalEncoding: config.use_positional_encoding,
    synchronizedBatchNorm: config.use_sync_bn,
    batchNormMomentum: config.norm_momentum,
    batchNormEpsilon: config.norm_epsilon,
    weightDecay: config.weight_decay,
    numClasses: config.num_classes,
  });
}
