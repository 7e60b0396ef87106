import { parseModelId } from '../../movinet/model-id';
import type { ModelId } from '../../movinet/options';

/** A public address of an archive of weights. */
export interface PresetPlace {
  readonly url: string;
  /** Of the archive, in hexadecimal digits; the publishers name none. */
  readonly sha256?: string;
}

/** Kaggle numbers the stream models' versions by itself (specification §6.3). */
const KAGGLE_VERSIONS = { base: 3, stream: 2 };

/**
 * Every public place of a model's official Kinetics-600 weights (specification §6.3), in the order in which to try them: the Model Garden's
 * bucket, which has answered 403 in 2026, then TF Hub and Kaggle, which serve SavedModels with the same numbers. None for the ReLU6 models and
 * T0, which were never published as float32.
 */
export function presetPlaces(id: ModelId): PresetPlace[] {
  const { variant, kind } = parseModelId(id);
  if (kind === 'stream-relu6' || variant === 't0') return [];
  const hub = `tensorflow/movinet/${variant}/${kind}/kinetics-600/classification/3`;
  const kaggle = `google/movinet/tensorFlow2/${variant}-${kind}-kinetics-600-classification/${KAGGLE_VERSIONS[kind]}`;
  return [
    { url: `https://storage.googleapis.com/tf_model_garden/vision/movinet/movinet_${variant}_${kind}.tar.gz` },
    { url: `https://tfhub.dev/${hub}?tf-hub-format=compressed` },
    // Where TF Hub's own address led to.
    { url: `https://storage.googleapis.com/tfhub-modules/${hub}.tar.gz` },
    { url: `https://www.kaggle.com/api/v1/models/${kaggle}/download` },
  ];
}
