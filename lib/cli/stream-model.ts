import { existsSync, readFileSync } from 'node:fs';
import { UsageError } from '../errors';
import { MODEL_IDS, parseModelId } from '../movinet/model-id';
import type { MovinetModel } from '../movinet/model';
import type { ModelId } from '../movinet/options';
import { VARIANTS } from '../movinet/variants';
import type { Addon } from '../native/addon';
import { refuseToStream } from '../streaming/model-stream';
import { loadModel, readClassifier } from '../training/classifier';
import { kinetics600Labels } from '../weights/kinetics-labels';
import { PRESET_NAME } from '../weights/presets';
import { findWeights } from './model-source';
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
  const classes = labels === undefined ? kinetics600Labels() : readLabels(labels);
  const prefix = await findWeights(id, weights ?? PRESET_NAME, { progress, signal });
  return readClassifier({ model: id, classes, weights: prefix, clip: pretrainedClip(id), addon });
}

function pretrainedClip(id: ModelId): MovinetModel['clip'] {
  const { nativeSize } = VARIANTS[parseModelId(id).variant];
  return { size: nativeSize, frames: 1, frameStep: PRETRAINED_FRAME_STEP };
}

function readLabels(path: string): string[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`Cannot read the labels ${path}: ${(error as Error).message}`);
  }
  const labels = text.split(/\r?\n/).map((line) => line.trim());
  while (labels.at(-1) === '') labels.pop();
  if (labels.length === 0) throw new UsageError(`${path} has no labels: give a file with the name of one class a line`);
  return labels;
}
