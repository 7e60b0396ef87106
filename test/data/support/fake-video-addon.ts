import type { DType, NativeTensor } from '../../../lib/native/tensor';
import type {
  ClipMix,
  ClipRequest,
  ClipResult,
  IndexResult,
  NativeClipDecoder,
  VideoIndex,
} from '../../../lib/native/video';

/** A video that is not there: its frame `i` has the value `content + i` in every pixel. */
export interface FakeVideo {
  readonly content: number;
  /** Frames that its stream really has. */
  readonly frames: number;
  /** Frames that its index has. Default: as many. */
  readonly indexed?: number;
  /** Packets of it that do not decode. */
  readonly damaged?: number;
  /** Frames a second; 0: it has neither times nor a rate. Default 25. */
  readonly rate?: number;
  /** Frames that its container promises. */
  readonly promised?: number;
  /** Whether its index is sure. Default true. */
  readonly exact?: boolean;
  /** Default `avi`. */
  readonly container?: string;
  /** Why it cannot be decoded. */
  readonly error?: string;
  /** Why it cannot be indexed. */
  readonly unreadable?: string;
}

/** An index of `frameCount` frames; its table is `path` in UTF-8. */
export function fakeIndex(
  path: string,
  frameCount: number,
  { rate = 25, promised, exact = true, container = 'avi' }: Partial<FakeVideo> = {},
): VideoIndex {
  return {
    ...{ width: 4, height: 2, rotation: 0, mirrored: false, sampleAspectRatio: 1, codec: 'rawvideo', container },
    ...{ frameCount, exact, frameRate: rate, averageFrameRate: rate, variable: false },
    duration: rate > 0 ? frameCount / rate : 0,
    ...(promised === undefined ? {} : { promisedFrames: promised }),
    ...{ keyFrameCount: frameCount, notes: [], table: new TextEncoder().encode(path) },
  };
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
  /** Of all `mix` calls. */
  readonly mixes: ClipMix[] = [];
  /** The paths of each call to `indexVideos`. */
  indexed: string[][] = [];
  /** Each call to `indexVideos` waits for it. */
  beforeIndex: (paths: readonly string[]) => Promise<void> = () => Promise.resolve();
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
    const copy: NativeTensor['copy'] = (begin, end) => get().slice(begin, end);
    return { dtype, shape, byteLength, data: get, copy, strings: () => [], dispose, [Symbol.dispose]: dispose };
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
      mix: (mixes, clips) => {
        this.mixes.push(...mixes);
        for (const mix of mixes) mixSlots(mix, clips);
        return Promise.resolve();
      },
      abort: () => {
        rejectAll.forEach((reject) => reject(new Error('decoding aborted')));
        rejectAll = [];
      },
      close,
      [Symbol.dispose]: close,
    };
  }

  ffmpegVersion(): string {
    return '59.27.100';
  }

  async indexVideos(paths: readonly string[]): Promise<IndexResult[]> {
    this.indexed.push([...paths]);
    await this.beforeIndex(paths);
    return paths.map((path) => {
      const video = this.videos[path];
      const reason = video === undefined ? 'no such file' : video.unreadable;
      if (reason !== undefined) return { ok: false, error: `Cannot read the video ${path}: ${reason}` };
      return { ok: true, index: fakeIndex(path, video?.indexed ?? video?.frames ?? 0, video) };
    });
  }

  frameTimes(table: Uint8Array): Float64Array {
    const { indexed, frames = 0, rate = 25 } = this.videos[new TextDecoder().decode(table)] ?? {};
    return Float64Array.from({ length: indexed ?? frames }, (_, i) => (rate > 0 ? i / rate : 0));
  }

  private decodeClip({ path, frames, slot, table }: ClipRequest, into: NativeTensor): ClipResult {
    const video = this.videos[path];
    if (video === undefined || video.error !== undefined) return { ok: false, error: video?.error ?? 'no such file' };
    if (new TextDecoder().decode(table) !== path) return { ok: false, error: 'the table of another video' };
    const data = into.data() as Float32Array;
    const slotLength = data.length / (into.shape[0] as number);
    const frameLength = slotLength / (into.shape[1] as number);
    data.fill(0, slot * slotLength, (slot + 1) * slotLength);
    let decodedFrames = 0;
    for (const [i, frame] of frames.entries()) {
      if (frame < 0 || frame >= video.frames) continue;
      const at = slot * slotLength + i * frameLength;
      data.fill(video.content + frame, at, at + frameLength);
      decodedFrames++;
    }
    const endsAt = frames.some((frame) => frame >= video.frames) ? { endsAt: video.frames } : {};
    return { ok: true, decodedFrames, damagedPackets: video.damaged ?? 0, ...endsAt };
  }
}

/** What the decoder's `mix` does. */
function mixSlots({ first, second, weight, box }: ClipMix, clips: NativeTensor): void {
  const data = clips.data() as Float32Array;
  const [batch, , size] = clips.shape as [number, number, number];
  const length = data.length / batch;
  for (let i = 0; i < length; i++) {
    const [x, y] = [Math.floor(i / 3) % size, Math.floor(i / 3 / size) % size];
    const inside = box && x >= box[0] && x < box[0] + box[2] && y >= box[1] && y < box[1] + box[3];
    const share = box === undefined ? (weight ?? 1) : inside === true ? 0 : 1;
    const [a, b] = [data[first * length + i] as number, data[second * length + i] as number];
    data[first * length + i] = share * a + (1 - share) * b;
    data[second * length + i] = share * b + (1 - share) * a;
  }
}
