import { decodeBatch } from '../data/clip-decoding';
import { clipStart } from '../data/sampling';
import { defaultThreads } from '../data/threads';
import { skippedVideo } from '../data/video-probe';
import { VideoError } from '../base/errors';
import type { SessionConfig } from '../runtime/session-config';
import type { MovinetModel } from '../model/movinet-model';
import { loadAddon, type Addon } from '../native/addon';
import { InferenceSession } from './inference-session';
import { probabilities } from './metrics';

export interface ClassifyVideosOptions {
  /** Default: the clips that the model was trained on. */
  readonly clip?: MovinetModel['clip'];
  /** The clip's first frame: its number, or `center` (default) for the middle of the video. */
  readonly start?: number | 'center';
  /** Videos classified at a time. Default 8. */
  readonly batchSize?: number;
  /** Decoding threads. Default: one for each processor. */
  readonly threads?: number;
  readonly session?: SessionConfig;
  readonly signal?: AbortSignal;
  /** Default: the addon of this package. */
  readonly addon?: Addon;
}

/** What became of one file. */
export type VideoClassification =
  | {
      readonly file: string;
      /** [classes], sums to 1. */
      readonly probabilities: Float32Array;
    }
  | { readonly file: string; readonly error: VideoError };

/** Classifies one clip of each video, in their order. A file that cannot be decoded yields its error; the others go on. */
export async function* classifyVideos(
  model: MovinetModel,
  files: readonly string[],
  options: ClassifyVideosOptions = {},
): AsyncGenerator<VideoClassification, void, undefined> {
  const { addon = loadAddon(), clip = model.clip, start = 'center', batchSize = 8, signal } = options;
  const threads = options.threads ?? defaultThreads();
  using session = new InferenceSession(addon, model, clip, { config: options.session ?? {} });
  const decoder = addon.createClipDecoder(threads);
  const abort = (): void => decoder.abort();
  signal?.addEventListener('abort', abort);
  try {
    for (let begin = 0; begin < files.length; begin += batchSize) {
      signal?.throwIfAborted();
      const part = files.slice(begin, begin + batchSize);
      const probes = await addon.probeVideos([...part], threads);
      const reasons = new Map<number, string>();
      const clips = part.flatMap((path, index) => {
        const probe = probes[index];
        if (probe?.ok !== true) {
          reasons.set(index, skippedVideo(path, probe?.error ?? 'not probed').reason);
          return [];
        }
        const first = start === 'center' ? clipStart(probe.info.frameCount, clip, 'center') : start;
        return [{ path, index, label: 0, start: first }];
      });
      const rows = new Map<number, Float32Array>();
      if (clips.length > 0) {
        const { batch, broken } = await decodeBatch(clips, clip, decoder, (dtype, shape) =>
          addon.createTensor(dtype, shape),
        );
        for (const { path, reason } of broken) reasons.set(part.indexOf(path), reason);
        if (batch !== undefined) {
          using owned = batch;
          const { logits } = await session.evaluate(owned.clips, owned.labels);
          const all = probabilities(logits, owned.labels.length);
          const width = all.length / owned.labels.length;
          owned.indices.forEach((index, row) => rows.set(index, all.slice(row * width, (row + 1) * width)));
        }
      }
      for (const [index, file] of part.entries()) {
        const found = rows.get(index);
        const reason = reasons.get(index) ?? 'not decoded';
        yield found === undefined
          ? { file, error: new VideoError(`Cannot classify ${file}: ${reason}`, file) }
          : { file, probabilities: found };
      }
    }
  } catch (error) {
    // The decoder rejects what was aborted with an error of its own.
    throw signal?.aborted === true ? signal.reason : error;
  } finally {
    signal?.removeEventListener('abort', abort);
    decoder.close();
  }
}

/** The classes of the highest probability, the likeliest first. */
export function topClasses(
  row: Float32Array,
  classes: readonly string[],
  count: number,
): { label: string; index: number; probability: number }[] {
  return [...row.keys()]
    .sort((a, b) => (row[b] as number) - (row[a] as number))
    .slice(0, count)
    .map((index) => ({ label: classes[index] ?? `class ${index}`, index, probability: row[index] as number }));
}
