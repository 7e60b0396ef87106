import { gateNote, modelIdOf, modelToOpen, openModel } from '../../model/open-model';
import type { MovinetModel } from '../../model/movinet-model';
import { PRESET_NAME } from '../../model/pretrained/presets';
import { resolveWeights } from '../../model/pretrained/resolve-weights';
import { MODEL_IDS, refuseToStream } from '../../movinet/model-id';
import type { ModelId } from '../../movinet/options';
import type { VariantName } from '../../movinet/variants';
import type { Addon } from '../../native/addon';
import type { FileDownloadProgress } from '../../io/file-download';
import { type OptionRows, type OptionsOf } from '../options/option';
import { gatingActivationOption, pathOption, text } from './options';
import type { ProgressSink } from '../terminal/progress-sink';

/** The texts of `--weights` that are no paths: the preset's name and addresses. */
const isWeightsPath = (weights: string): boolean => weights !== PRESET_NAME && !weights.includes('://');

export const weightsOption = (help: string) =>
  pathOption(text.exactOptional(), {
    value: '<checkpoint>',
    help,
    fallback: `${PRESET_NAME}, the official weights`,
    isPath: isWeightsPath,
  });

/** A run's model, or a model id; which of both it is shows where it is opened. */
export const isModelPath = (model: string): boolean => !(MODEL_IDS as readonly string[]).includes(model);

const WITH_AN_ID = ['weights', 'labels', 'gatingActivation'];

/** Options that name a model of any kind: the folder of one, or a model id with a checkpoint and the names of its classes. `labels` is added to what the option of that name is for. */
export const modelOptions = ({ labels = '' } = {}) =>
  ({
    model: pathOption(text, {
      value: '<model>',
      help: 'the folder model/ of a run, or a model id such as a0-stream-relu6',
      required: true,
      isPath: isModelPath,
      replaces: WITH_AN_ID,
    }),
    weights: weightsOption('with a model id: checkpoint, folder, archive or address'),
    labels: pathOption(text.exactOptional(), {
      value: '<file>',
      help: `with a model id: the names of its classes, one a line${labels}`,
      fallback: 'Kinetics-600',
    }),
    gatingActivation: gatingActivationOption,
  }) satisfies OptionRows;

export type ModelOptions = OptionsOf<ReturnType<typeof modelOptions>>;

interface DownloadContext {
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
}

/** The model that the options name, head and all. Throws UsageError, CheckpointError, DownloadError. */
export async function readModel(
  options: ModelOptions,
  { addon, progress, signal }: DownloadContext & { readonly addon: Addon },
): Promise<MovinetModel> {
  const { model, weights, labels, gatingActivation } = options;
  const pretrained = {
    ...(weights === undefined ? {} : { weights }),
    ...(labels === undefined ? {} : { labels }),
    ...(gatingActivation === undefined ? {} : { gatingActivation }),
  };
  const id = await modelIdOf(model, pretrained);
  const note = id && gateNote(id, options.weights ?? PRESET_NAME, options.gatingActivation);
  if (note !== undefined) progress.line(note);
  return showingDownload(model, progress, (onDownload) =>
    openModel(model, { ...pretrained, onDownload, signal, addon }),
  );
}

/** The checkpoint prefix that `--weights` means, fetched where need be; see `resolveWeights`. */
export async function findWeights(
  model: ModelId,
  weights: string,
  { progress, signal }: DownloadContext,
): Promise<string> {
  return showingDownload(model, progress, (onProgress) => resolveWeights(weights, model, { signal, onProgress }));
}

/** The variant of the model to stream. Throws {@link UsageError} for a model that cannot stream, before any weights are fetched or read for nothing. */
export async function variantToStream({ model, ...pretrained }: ModelOptions): Promise<VariantName> {
  const { id, architecture } = await modelToOpen(model, pretrained);
  if (!architecture.options.causal) refuseToStream(id);
  return architecture.options.variant;
}

/** Shows a download, where there is one, as a task of its own. */
async function showingDownload<T>(
  model: string,
  progress: ProgressSink,
  work: (onProgress: (step: FileDownloadProgress) => void) => Promise<T>,
): Promise<T> {
  let started = false as boolean;
  const result = await work(({ received, total }) => {
    if (total === undefined) return;
    if (!started) progress.start({ label: `Downloading weights of ${model}`, total, unit: 'bytes' });
    started = true;
    progress.update(received);
  });
  if (started) progress.end(`Downloaded the weights of ${model}`);
  return result;
}
