import { readFileSync } from 'node:fs';
import { CheckpointError, UsageError } from '../errors';
import type { ClipOptions, MovinetModel } from '../movinet/model';
import type { ModelId } from '../movinet/options';
import type { Addon } from '../native/addon';
import { readClassifier } from '../training/classifier';
import { kinetics600Labels } from '../weights/kinetics-labels';
import { PRESET_NAME } from '../weights/presets';
import { resolveWeights } from '../weights/resolve-weights';
import type { ProgressSink } from './progress';

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

export interface PretrainedModel {
  readonly model: ModelId;
  /** As `--weights`. Default: the official ones. */
  readonly weights: string | undefined;
  /** A file with a class name a line. Default: the 600 of Kinetics-600. */
  readonly labels: string | undefined;
  readonly clip: ClipOptions;
}

/** A pretrained classifier with its own head. Throws UsageError, CheckpointError, DownloadError. */
export async function readPretrained(
  { model, weights = PRESET_NAME, labels: labelsFile, clip }: PretrainedModel,
  { addon, progress, signal }: { addon: Addon; progress: ProgressSink; signal: AbortSignal },
): Promise<MovinetModel> {
  const labels = labelsFile === undefined ? undefined : readLabels(labelsFile);
  const classes = labels ?? kinetics600Labels();
  // Fetched here, with progress; from then on it is in the cache.
  const prefix = await findWeights(model, weights, { progress, signal });
  try {
    // The preset by its name: it also says which hard sigmoid the weights were trained with.
    const source = weights === PRESET_NAME ? weights : prefix;
    return await readClassifier({ model, classes, weights: source, clip, addon, signal });
  } catch (error) {
    // Its head may well be the only thing that does not fit.
    if (!(error instanceof CheckpointError) || !/ with shape \[.*\b\d+\]/.test(error.message)) throw error;
    const advice =
      labels === undefined
        ? 'give --labels FILE with its class names (without it the 600 of Kinetics-600 are expected)'
        : `${labelsFile} has ${labels.length} labels: does it belong to these weights?`;
    throw new CheckpointError(`${error.message}; ${advice}`, { cause: error });
  }
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
