import { UsageError } from '../base/errors';
import { MODEL_KINDS, movinetOptions, type ModelId, type ModelKind } from './options';
import { VARIANT_NAMES, type VariantName } from './variants';

export const MODEL_IDS: readonly ModelId[] = VARIANT_NAMES.flatMap((variant) =>
  MODEL_KINDS.map((kind) => `${variant}-${kind}` as const),
);

/** Throws {@link UsageError} that lists the models. */
export function parseModelId(id: string): { variant: VariantName; kind: ModelKind } {
  const variant = VARIANT_NAMES.find((name) => id.startsWith(`${name}-`));
  const kind = MODEL_KINDS.find((name) => variant !== undefined && id === `${variant}-${name}`);
  if (variant === undefined || kind === undefined) {
    throw new UsageError(`Unknown model "${id}"; the models are ${MODEL_IDS.join(', ')}`);
  }
  return { variant, kind };
}

/** Whether a model of this id can stream, unless an option makes it otherwise. */
export function isCausal(id: ModelId): boolean {
  const { variant, kind } = parseModelId(id);
  return movinetOptions(variant, kind, { numClasses: 1 }).causal;
}

/** Throws {@link UsageError} that names the models that can stream. */
export function refuseToStream(id: ModelId): never {
  const cannot = `${id} cannot stream: it looks at later frames too, so it needs whole clips`;
  if (isCausal(id)) throw new UsageError(`${cannot}; this one was made with causal: false`);
  throw new UsageError(`${cannot}; the models that can are ${MODEL_IDS.filter(isCausal).join(', ')}`);
}
