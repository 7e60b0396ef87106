import { UsageError } from '../base/errors';
import type { NativeTensor } from '../native/tensor';
import type { ModelStream } from './model-stream';

/**
 * A stream whose answer is about its last seconds: a frame's weight in the averages that the network forms over time falls to 1/e, some 37 %, within
 * `seconds`, and on from there. Memory and cost per frame are those of the stream.
 *
 * Weights are whole numbers of frames: where frames come less than a few times in `seconds`, hardly more than the newest one counts.
 */
export class RecentStream {
  /** What the frames so far weigh together at `last`, in frames. */
  private weight: number;
  private last: number | undefined;

  /** The stream stays the caller's. Throws {@link UsageError} for seconds that are not above 0. */
  constructor(
    readonly stream: ModelStream,
    readonly seconds: number,
  ) {
    if (!(seconds > 0 && seconds < Infinity))
      throw new UsageError(`A stream's memory takes a number of seconds above 0, got ${seconds}`);
    this.weight = stream.frames;
  }

  /**
   * As {@link ModelStream.push}, with the time of the last of the frames in seconds, from any beginning; a time before the last one counts as that. The
   * frames of one push weigh the same. Await each push.
   */
  async push(frames: NativeTensor, time: number): Promise<Float32Array> {
    if (!Number.isFinite(time)) throw new UsageError(`A frame's time is a number of seconds, got ${time}`);
    const now = Math.max(time, this.last ?? time);
    const kept = this.weight * Math.exp(((this.last ?? now) - now) / this.seconds);
    this.stream.fade(Math.round(kept));
    const logits = await this.stream.push(frames);
    this.weight = kept + (frames.shape[1] as number);
    this.last = now;
    return logits;
  }

  /** Forgets all frames: after a gap, or for another video. */
  reset(): void {
    this.stream.reset();
    this.weight = 0;
    this.last = undefined;
  }
}
