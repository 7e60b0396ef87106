import { readFileSync } from 'node:fs';
import { CheckpointError, CheckpointMismatchError, UsageError } from '../base/errors';
import { architectureOf, type MovinetModel } from '../movinet/model';
import type { ClipOptions } from '../base/clip';
import { parseModelId } from '../movinet/model-id';
import type { ModelId } from '../movinet/options';
import { refuseToStream } from '../movinet/stream/model-stream';
import { VARIANTS, type VariantName } from '../movinet/variants';
import { readModelDescription } from '../weights/model-folder';
import type { Addon } from '../native/addon';
import { loadModel, publishedOverrides, readClassifier } from '../training/classifier';
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

/** Frames of a video that a pretrained model's clip spans. */
const CLIP_FRAMES = 80;

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

/** The variant of the model to stream. Throws {@link UsageError} for a model that cannot stream, before any weights are fetched or read for nothing. */
export async function variantToStream(options: ModelOptions): Promise<VariantName> {
  const id = modelIdOf(options);
  const { model, options: overrides } =
    id === undefined ? await readModelDescription(options.model) : { model: id, options: {} };
  const { variant, causal } = architectureOf(model, 1, overrides).options;
  if (!causal) refuseToStream(model);
  return variant;
}

/** Some three seconds of a video as the published weights were trained on it (specification §1.2). */
function pretrainedClip(id: ModelId): ClipOptions {
  const { nativeSize, nativeFrameStep } = VARIANTS[parseModelId(id).variant];
  return { size: nativeSize, frames: Math.round(CLIP_FRAMES / nativeFrameStep), frameStep: nativeFrameStep };
}

/** A pretrained classifier with its own head. */
async function readPretrained(
  model: ModelId,
  { weights = PRESET_NAME, labels: labelsFile, gating }: ModelOptions,
  { addon, progress, signal }: ReadContext,
): Promise<MovinetModel> {
  const labels = labelsFile === undefined ? undefined : readLabels(labelsFile);
  const classes = labels ?? kinetics600Labels();
  const clip = pretrainedClip(model);
  // Fetched here, with progress; from then on it is in the cache.
  const prefix = await findWeights(model, weights, { progress, signal });
  tellGate(model, weights, gating, progress);
  const overrides = { ...publishedOverrides(model, weights), ...(gating ? { gatingActivation: gating } : {}) };
  try {
    return await readClassifier({ model, classes, weights: prefix, clip, overrides, addon, signal });
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

/** Weights of a stream model do not say which of two hard sigmoids they were trained with, and the wrong one costs accuracy silently. */
export function tellGate(model: ModelId, weights: string, gating: string | undefined, progress: ProgressSink): void {
  const isKnown = gating !== undefined || 'gatingActivation' in publishedOverrides(model, weights);
  if (isKnown || !model.endsWith('-stream')) return;
  progress.line(
    'Gates: hard_sigmoid, the official code’s since 2022; for weights published in 2021 give --gating keras_hard_sigmoid',
  );
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
