import { existsSync } from 'node:fs';
import { UsageError } from '../errors';
import { MODEL_IDS, parseModelId } from '../movinet/model-id';
import type { MovinetModel } from '../movinet/model';
import type { ModelId } from '../movinet/options';
import { VARIANTS } from '../movinet/variants';
import type { Addon } from '../native/addon';
import { refuseToStream } from '../movinet/stream/model-stream';
import { loadModel } from '../training/classifier';
import { readPretrained } from './model-source';
import type { ProgressSink } from './progress';
import type { StreamOptions } from './stream-options';

/** Of the official training clips: five frames of 25 a second. */
const PRETRAINED_FRAME_STEP = 5;

/** The model that the options name. Throws {@link UsageError}, before any weights are read where it can, and CheckpointError. */
export async function readStreamModel(
  { model: name, weights, labels }: Pick<StreamOptions, 'model' | 'weights' | 'labels'>,
  { addon, progress, signal }: { addon: Addon; progress: ProgressSink; signal: AbortSignal },
): Promise<MovinetModel> {
  if (existsSync(name)) {
    if (weights === undefined && labels === undefined) return loadModel(name, addon);
    throw new UsageError('--weights and --labels go with a model id; a model folder has its own');
  }
  const id = MODEL_IDS.find((candidate) => candidate === name);
  if (id === undefined) {
    const streams = MODEL_IDS.filter((candidate) => !candidate.endsWith('-base'));
    throw new UsageError(
      `There is no model "${name}": give the folder model/ of a run, or one of ${streams.join(', ')}`,
    );
  }
  if (id.endsWith('-base')) refuseToStream(id);
  return readPretrained({ model: id, weights, labels, clip: pretrainedClip(id) }, { addon, progress, signal });
}

function pretrainedClip(id: ModelId): MovinetModel['clip'] {
  const { nativeSize } = VARIANTS[parseModelId(id).variant];
  return { size: nativeSize, frames: 1, frameStep: PRETRAINED_FRAME_STEP };
}
