import type { ModelId } from '../movinet/options';
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
