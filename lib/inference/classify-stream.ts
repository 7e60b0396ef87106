import { z } from 'zod';
import { checkOptions, type OptionShape } from '../base/check-options';
import { UsageError } from '../base/errors';
import { number, value } from '../base/option-kinds';
import { probabilities } from '../base/task';
import type { ModelStream } from './model-stream';
import { RecentStream } from './recent-stream';
import type { VideoChunk } from '../data/video/video-frames';

export interface StreamClassification {
  /** The chunk that was classified last: the number of its last frame in the video, from 0, and when that is shown. */
  readonly lastFrame: number;
  readonly seconds: number | undefined;
  /** Frames behind these probabilities: since the beginning, or since the stream was reset; with a `memory` what they weigh together. */
  readonly frames: number;
  /** Of them, those of the chunk. */
  readonly newFrames: number;
  /** [classes], each in [0, 1]; they sum to 1 unless the model is multi-label. */
  readonly probabilities: Float32Array;
  /** From when the chunk was handed to the model until its answer. */
  readonly milliseconds: number;
}

export interface ClassifyStreamOptions {
  /**
   * Seconds of the video that the answer is about, see {@link RecentStream}. Default: all of them since the beginning. Where the source was lost for longer,
   * the stream begins anew; without a memory it never does.
   */
  readonly memory?: number;
  /** The stream forgets what it saw after this many frames. Default: never. Not together with `memory`. */
  readonly resetEvery?: number;
}

const schema = z
  .object({
    memory: number({ above: 0 }),
    resetEvery: value<number>(
      (given) => given === Infinity || (Number.isSafeInteger(given) && (given as number) > 0),
      'must be an integer of at least 1, or Infinity',
    ),
  } satisfies OptionShape<ClassifyStreamOptions>)
  .partial();

/** Feeds a video to a stream of batch 1, and yields after each chunk what the model makes of it. Throws {@link UsageError}. */
export function classifyStream(
  stream: ModelStream,
  chunks: AsyncIterable<VideoChunk>,
  options: ClassifyStreamOptions = {},
): AsyncGenerator<StreamClassification, void, undefined> {
  const { memory, resetEvery = Infinity } = checkOptions('classifyStream', schema, options);
  if (memory !== undefined && resetEvery !== Infinity)
    throw new UsageError('A stream forgets by memory or by resetEvery, not by both');
  return classifications(stream, chunks, memory, resetEvery);
}

async function* classifications(
  stream: ModelStream,
  chunks: AsyncIterable<VideoChunk>,
  memory: number | undefined,
  resetEvery: number,
): AsyncGenerator<StreamClassification, void, undefined> {
  const recent = memory === undefined ? undefined : new RecentStream(stream, memory);
  let before: VideoChunk | undefined;
  for await (const chunk of chunks) {
    const { frames, lastFrame, seconds, time } = chunk;
    if (recent && before && before.connection !== chunk.connection && time - before.time > recent.seconds)
      recent.reset();
    if (!recent && stream.frames >= resetEvery) stream.reset();
    before = chunk;
    const newFrames = frames.shape[1] as number;
    const begin = performance.now();
    const logits = await (recent ? recent.push(frames, time) : stream.push(frames));
    const milliseconds = performance.now() - begin;
    yield {
      lastFrame,
      seconds,
      frames: stream.frames,
      newFrames,
      probabilities: probabilities(logits, 1, stream.kind),
      milliseconds,
    };
  }
}
