import { readFileSync } from 'node:fs';
import { CheckpointError, CheckpointMismatchError, UsageError } from '../errors';
import type { ClipOptions, MovinetModel } from '../movinet/model';
import { parseModelId } from '../movinet/model-id';
import type { ModelId } from '../movinet/options';
import { VARIANTS } from '../movinet/variants';
import type { Addon } from '../native/addon';
import { loadModel, readClassifier } from '../training/classifier';
import { kinetics600Labels } from '../weights/kinetics-labels';
import { PRESET_NAME } from '../weights/presets';
import { resolveWeights } from '../weights/resolve-weights';
import { modelIdOf, type ModelOptions } from './model-options';
import type { ProgressSink } from './progress-sink';

/** The checkpoint prefix that `--weights` means, fetched where need be; see `resolveWeights`. */
export async function findWeights(
  model: ModelId,
  weights: string,
  { progress, signal }: { progress: ProgressSink; signal: AbortSignal },
): Promise<string> {
  let started = false as boolean;
  const prefix = await resolveWeights(weights, model, {
    signal,
    onProgress({ received, total }) {
      if (total === undefined) return;
      if (!started) progress.start({ label: `Downloading weights of ${model}`, total, unit: 'bytes' });
      started = true;
      progress.update(received);
    },
  });
  if (started) progress.end(`Downloaded the weights of ${model}`);
  return prefix;
}

interface ReadContext {
  readonly addon: Addon;
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
}

/** The model that the options name, head and all. Throws UsageError, CheckpointError, DownloadError. */
export async function readModel(options: ModelOptions, context: ReadContext): Promise<MovinetModel> {
  const id = modelIdOf(options);
  return id === undefined ? loadModel(options.model, context.addon) : readPretrained(id, options, context);
}

/** Some three seconds of a video as the published weights were trained on it (specification §1.2). */
function pretrainedClip(id: ModelId): ClipOptions {
  const { nativeSize, nativeFrameStep } = VARIANTS[parseModelId(id).variant];
  return { size: nativeSize, frames: 16, frameStep: nativeFrameStep };
}

/** A pretrained classifier with its own head. */
async function readPretrained(
  model: ModelId,
  { weights = PRESET_NAME, labels: labelsFile }: ModelOptions,
  { addon, progress, signal }: ReadContext,
): Promise<MovinetModel> {
  const labels = labelsFile === undefined ? undefined : readLabels(labelsFile);
  const classes = labels ?? kinetics600Labels();
  const clip = pretrainedClip(model);
  // Fetched here, with progress; from then on it is in the cache.
  const prefix = await findWeights(model, weights, { progress, signal });
  try {
    // The preset by its name: it also says which hard sigmoid the weights were trained with.
    const source = weights === PRESET_NAME ? weights : prefix;
    return await readClassifier({ model, classes, weights: source, clip, addon, signal });
  } catch (error) {
    const actual = error instanceof CheckpointMismatchError ? otherClassCount(error) : undefined;
    if (actual === undefined) throw error;
    throw new CheckpointError(
      labelsFile === undefined
        ? `The weights ${weights} have ${actual} classes, not the ${classes.length} of Kinetics-600: give --labels FILE with their names`
        : `The weights ${weights} have ${actual} classes, but ${labelsFile} has ${classes.length} labels: does it belong to them?`,
      { cause: error },
    );
  }
}

/** How many classes the weights have, where that is all in which they differ from the model. */
function otherClassCount({ missing, mismatched, extra }: CheckpointMismatchError): number | undefined {
  const onlyClassifier = mismatched.every(({ path }) => path.startsWith('layer_with_weights-1/_classifier/'));
  return onlyClassifier && missing.length + extra.length === 0 ? mismatched[0]?.actual.at(-1) : undefined;
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
