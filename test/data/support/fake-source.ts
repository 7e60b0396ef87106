import { loadAddon } from '../../../lib/native/addon';
import type { NativeTensor } from '../../../lib/native/tensor';
import type { NativeVideoReader, OpenVideoOptions, VideoInfo } from '../../../lib/native/video';

const addon = loadAddon();

export interface FakeSourceOptions extends Partial<VideoInfo> {
  /** What a read that finds no more frames rejects with; none: it is the end. */
  readonly failure?: Error;
  /** The time of each frame; none: the frames have no times. */
  readonly times?: (frame: number) => number;
}

/** A source that gives a frame, by time once again, each time that `give` is called, and fails or goes away at the end. The values of a frame are its number. */
export class FakeSource {
  readonly info: VideoInfo;
  damagedPackets = 0;
  closed = false;
  options: OpenVideoOptions | undefined;
  private waiting: (() => void)[] = [];
  private given = 0;
  private read = 0;
  private gone = false;
  private readonly failure: Error | undefined;
  private readonly times: ((frame: number) => number) | undefined;

  constructor({ failure, times, ...info }: FakeSourceOptions = {}) {
    this.failure = failure;
    this.times = times;
    this.info = { width: 4, height: 4, frameCount: 0, fps: 30, live: true, ...info };
  }

  give(count: number): void {
    this.given += count;
    this.wake();
  }

  goAway(): void {
    this.gone = true;
    this.wake();
  }

  readonly addon = {
    createTensor: addon.createTensor.bind(addon),
    openVideo: (_source: string, options?: OpenVideoOptions): Promise<NativeVideoReader> => {
      this.options = options;
      return Promise.resolve(this.reader());
    },
  };

  reader(): NativeVideoReader {
    const close = (): void => {
      this.closed = true;
      this.wake();
    };
    let frame = -1;
    const { times, failure } = this;
    const position = () => ({
      frame,
      seconds: frame < 0 ? undefined : times?.(frame),
      damagedPackets: this.damagedPackets,
    });
    return {
      info: this.info,
      get position() {
        return position();
      },
      read: async (into: NativeTensor, frames: number, step: number | { readonly seconds: number }) => {
        const end = this.read + frames;
        while (this.given < end && !this.gone && !this.closed) {
          await new Promise<void>((resolve) => this.waiting.push(resolve));
        }
        if (this.closed) throw new Error('The video reader was closed');
        const count = Math.min(frames, this.given - this.read);
        const perFrame = into.data().length / frames;
        for (let i = 0; i < count; i++) {
          const taken = this.read + i;
          // By time, frames follow one another at `fps`.
          frame = typeof step === 'number' ? taken * step : Math.floor(taken * step.seconds * this.info.fps + 1e-6);
          (into.data() as Float32Array).fill(frame, i * perFrame, (i + 1) * perFrame);
        }
        this.read += count;
        if (count < frames && failure) throw failure;
        return count;
      },
      close,
      [Symbol.dispose]: close,
    };
  }

  private wake(): void {
    const { waiting } = this;
    this.waiting = [];
    waiting.forEach((wake) => wake());
  }
}
