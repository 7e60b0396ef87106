import type { DType, NativeTensor } from '../../../lib/native/tensor';
import type { ClipRequest, ClipResult, NativeClipDecoder } from '../../../lib/native/video';

/** A video that is not there: its frame `i` has the value `content + i` in every pixel. */
export interface FakeVideo {
  readonly content: number;
  /** Frames that its stream really has. */
  readonly frames: number;
  readonly error?: string;
}

/** Decodes {@link FakeVideo}s into tensors of plain arrays, and counts what is alive. */
export class FakeVideoAddon {
  liveTensors = 0;
  openDecoders = 0;
  /** Calls to `decode` that began, and how many of them were under way at once. */
  calls = 0;
  running = 0;
  mostRunning = 0;
  requests: ClipRequest[] = [];
  /** Each call waits for it. */
  beforeDecode: (call: number) => Promise<void> = () => Promise.resolve();

  constructor(readonly videos: Readonly<Record<string, FakeVideo>>) {}

  readonly allocateTensor = (dtype: DType, shape: number[]): NativeTensor => {
    this.liveTensors++;
    let data: Float32Array | undefined = new Float32Array(shape.reduce((a, b) => a * b, 1));
    const get = (): Float32Array => {
      if (data === undefined) throw new Error('tensor used after dispose');
      return data;
    };
    const dispose = (): void => {
      if (data === undefined) throw new Error('tensor disposed of twice');
      data = undefined;
      this.liveTensors--;
    };
    const { byteLength } = data;
    return { dtype, shape, byteLength, data: get, strings: () => [], dispose, [Symbol.dispose]: dispose };
  };

  createClipDecoder(): NativeClipDecoder {
    this.openDecoders++;
    let rejectAll: ((error: Error) => void)[] = [];
    const close = (): void => {
      if (this.running > 0) throw new Error('closed while decoding');
      this.openDecoders--;
    };
    return {
      decode: async (requests, into) => {
        const call = this.calls++;
        this.running++;
        this.mostRunning = Math.max(this.mostRunning, this.running);
        this.requests.push(...requests);
        try {
          await Promise.race([this.beforeDecode(call), new Promise<never>((_, reject) => rejectAll.push(reject))]);
          return requests.map((request) => this.decodeClip(request, into));
        } finally {
          this.running--;
        }
      },
      abort: () => {
        rejectAll.forEach((reject) => reject(new Error('decoding aborted')));
        rejectAll = [];
      },
      close,
      [Symbol.dispose]: close,
    };
  }

  private decodeClip({ path, start, step, frames, slot }: ClipRequest, into: NativeTensor): ClipResult {
    const video = this.videos[path];
    if (video === undefined || video.error !== undefined) return { ok: false, error: video?.error ?? 'no such file' };
    const data = into.data() as Float32Array;
    const frameLength = data.length / (into.shape[0] as number) / frames;
    const wanted = Array.from({ length: frames }, (_, i) => start + i * step).filter((frame) => frame < video.frames);
    wanted.forEach((frame, i) => {
      const at = (slot * frames + i) * frameLength;
      data.fill(video.content + frame, at, at + frameLength);
    });
    return { ok: true, decodedFrames: wanted.length };
  }
}
