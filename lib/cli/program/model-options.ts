import type { Command } from 'commander';
import { z } from 'zod';
import { gateNote, modelIdOf, modelToOpen, openModel } from '../../model/open-model';
import type { MovinetModel } from '../../model/movinet-model';
import { PRESET_NAME } from '../../model/pretrained/presets';
import { resolveWeights } from '../../model/pretrained/resolve-weights';
import { refuseToStream } from '../../movinet/model-id';
import type { ModelId } from '../../movinet/options';
import type { VariantName } from '../../movinet/variants';
import type { Addon } from '../../native/addon';
import type { FileDownloadProgress } from '../../io/file-download';
import { gating, gatingOption } from './options';
import type { ProgressSink } from '../terminal/progress-sink';

/** Options that name a model of any kind: the folder of one, or a model id with a checkpoint and the names of its classes. */
export const modelOptions = {
  model: z.string(),
  weights: z.string().exactOptional(),
  labels: z.string().exactOptional(),
  gating,
};

export type ModelOptions = z.output<z.ZodObject<typeof modelOptions>>;

interface DownloadContext {
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
}

/** `labels` is added to what the option of that name is for. */
export function withModelOptions(command: Command, { labels = '' } = {}): Command {
  return command
    .requiredOption('--model <model>', 'the folder model/ of a run, or a model id such as a0-stream-relu6')
    .option(
      '--weights <checkpoint>',
      'with a model id: checkpoint, folder, archive or address (default: kinetics600, the official weights)',
    )
    .option('--labels <file>', `with a model id: the names of its classes, one a line (default: Kinetics-600)${labels}`)
    .addOption(gatingOption());
}

/** The model that the options name, head and all. Throws UsageError, CheckpointError, DownloadError. */
export async function readModel(
  options: ModelOptions,
  { addon, progress, signal }: DownloadContext & { readonly addon: Addon },
): Promise<MovinetModel> {
  const { model, ...pretrained } = options;
  const id = await modelIdOf(model, pretrained);
  const note = id && gateNote(id, options.weights ?? PRESET_NAME, options.gating);
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
