import { probabilities } from '../base/task';
import type { ModelStream } from './model-stream';
import type { VideoChunk } from '../data/video/video-frames';

export interface StreamClassification {
  /** The chunk that was classified last: the number of its last frame in the video, from 0, and when that is shown. */
  readonly lastFrame: number;
  readonly seconds: number | undefined;
  /** Frames behind these probabilities: since the beginning, or since the stream was reset. */
  readonly frames: number;
  /** Of them, those of the chunk. */
  readonly newFrames: number;
  /** [classes], sums to 1. */
  readonly probabilities: Float32Array;
  /** From when the chunk was handed to the model until its answer. */
  readonly milliseconds: number;
}

/** Feeds a video to a stream of batch 1, and yields after each chunk what the model makes of all frames so far. */
export async function* classifyStream(
  stream: ModelStream,
  chunks: AsyncIterable<VideoChunk>,
  {
    resetEvery = Infinity,
  }: { /** The stream forgets what it saw after this many frames. Default: never. */ resetEvery?: number } = {},
): AsyncGenerator<StreamClassification, void, undefined> {
  for await (const { frames, lastFrame, seconds } of chunks) {
    if (stream.frames >= resetEvery) stream.reset();
    const newFrames = frames.shape[1] as number;
    const begin = performance.now();
    const logits = await stream.push(frames);
    const milliseconds = performance.now() - begin;
    yield {
      lastFrame,
      seconds,
      frames: stream.frames,
      newFrames,
      probabilities: probabilities(logits, 1),
      milliseconds,
    };
  }
}
