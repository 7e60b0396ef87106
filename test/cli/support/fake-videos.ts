import { basename } from 'node:path';
import { VideoError } from '../../../lib/base/errors';
import type { Addon } from '../../../lib/native/addon';
import type { DType, NativeTensor } from '../../../lib/native/tensor';
import type {
  ClipResult,
  IndexOptions,
  IndexResult,
  NativeClipDecoder,
  NativeVideoReader,
  VideoIndex,
} from '../../../lib/native/video';
import { drawBarCode } from '../../support/bar-code';

/** A video that is not there: its frame `i` tells the number `i`. */
export interface FakeVideo extends Partial<Omit<VideoIndex, 'table'>> {
  /** Frames that its container lists. */
  readonly frameCount: number;
  /** Of those, the ones that do not decode. */
  readonly lost?: readonly number[];
  /** Frames that decoding shows where the container does not know; default: those that are listed and decode. */
  readonly decodes?: number;
  readonly firstTime?: number;
}

const FRAME_RATE = 25;

/** What the table of an index that was made by decoding begins with. */
const BY_DECODING = 'decoded:';

const isByDecoding = (table: Uint8Array): boolean => Buffer.from(table).toString().startsWith(BY_DECODING);
const nameIn = (table: Uint8Array): string => Buffer.from(table).toString().replace(BY_DECODING, '');

/** The addon's video side over videos by the name of their file; whatever else is asked for cannot be opened. */
export class FakeVideos implements Pick<
  Addon,
  'indexVideos' | 'frameTimes' | 'createClipDecoder' | 'openVideo' | 'createTensor' | 'ffmpegVersion'
> {
  openReaders = 0;
  openDecoders = 0;
  liveTensors = 0;
  framesRead = 0;
  /** Files of which all frames were decoded for their index. */
  readonly indexedByDecoding: string[] = [];
  /** The sizes of `decode` calls, in frames. */
  readonly decoded: number[][] = [];
  /** Called before each frame that a reader gives. */
  beforeRead: () => Promise<void> = () => Promise.resolve();

  constructor(private readonly videos: Readonly<Record<string, FakeVideo>>) {}

  ffmpegVersion(): string {
    return '59.27.100';
  }

  indexVideos(
    paths: readonly string[],
    _threads: number,
    { decode = false }: IndexOptions = {},
  ): Promise<IndexResult[]> {
    return Promise.resolve(paths.map((path) => this.index(path, decode)));
  }

  frameTimes(table: Uint8Array): Float64Array {
    const { firstTime = 0 } = this.video(nameIn(table));
    return Float64Array.from(this.listed(table), (number) => firstTime + number / FRAME_RATE);
  }

  createTensor(dtype: DType, shape: number[]): NativeTensor {
    this.liveTensors++;
    const data = new Uint8Array(shape.reduce((a, b) => a * b, 1));
    const dispose = (): void => {
      this.liveTensors--;
    };
    return {
      ...{ dtype, shape, byteLength: data.length, data: () => data, copy: data.slice.bind(data), strings: () => [] },
      ...{ dispose, [Symbol.dispose]: dispose },
    };
  }

  createClipDecoder(): NativeClipDecoder {
    this.openDecoders++;
    const close = (): void => {
      this.openDecoders--;
    };
    return {
      decode: (requests, into) =>
        Promise.resolve(
          requests.map(({ path, frames, table }) => this.decodeClip(path, frames, table ?? Buffer.from(path), into)),
        ),
      mix: () => Promise.resolve(),
      abort: () => undefined,
      close,
      [Symbol.dispose]: close,
    };
  }

  openVideo(source: string): Promise<NativeVideoReader> {
    const video = this.video(source);
    const shown = this.shown(video);
    const { firstTime = 0, frameCount, width = 160, height = 120 } = video;
    this.openReaders++;
    let next = 0;
    let closed: (error: Error) => void = () => undefined;
    const close = (): void => {
      this.openReaders--;
      closed(new Error('closed'));
    };
    return Promise.resolve({
      info: { width, height, frameCount, fps: FRAME_RATE, live: false },
      get position() {
        const number = shown[next - 1];
        const seconds = number === undefined ? undefined : firstTime + number / FRAME_RATE;
        return { frame: next - 1, seconds, damagedPackets: video.lost?.length ?? 0 };
      },
      read: async () => {
        const stop = new Promise<never>((_, reject) => (closed = reject));
        await Promise.race([this.beforeRead(), stop]);
        if (next >= shown.length) return 0;
        next++;
        this.framesRead++;
        return 1;
      },
      close,
      [Symbol.dispose]: close,
    });
  }

  private index(path: string, decode: boolean): IndexResult {
    const name = basename(path);
    const video = this.videos[name];
    if (video === undefined) return { ok: false, error: `Cannot open ${path}: no such file` };
    const index: VideoIndex = {
      ...{ width: 160, height: 120, rotation: 0, mirrored: false, sampleAspectRatio: 1, codec: 'h264' },
      ...{ container: 'mov,mp4', exact: true, frameRate: FRAME_RATE, averageFrameRate: FRAME_RATE, variable: false },
      ...{ duration: video.frameCount / FRAME_RATE, keyFrameCount: 4, notes: [], table: Buffer.from(name) },
      ...video,
    };
    if (!decode) return { ok: true, index };
    const shown = this.shown(video);
    this.indexedByDecoding.push(name);
    if (shown.length === 0) return { ok: false, error: `Cannot read ${path}: it holds no frame that can be decoded` };
    const found = {
      ...{ frameCount: shown.length, exact: true, damagedPackets: video.lost?.length ?? 0 },
      ...{ duration: ((shown.at(-1) ?? 0) + 1) / FRAME_RATE, table: Buffer.from(BY_DECODING + name) },
    };
    return { ok: true, index: { ...index, ...found } };
  }

  private video(path: string): FakeVideo {
    const video = this.videos[basename(path)];
    if (video === undefined) throw new VideoError(`Cannot open ${path}: no such file`, path);
    return video;
  }

  /** The numbers of the frames that an index lists. */
  private listed(table: Uint8Array): number[] {
    const video = this.video(nameIn(table));
    return isByDecoding(table) ? this.shown(video) : Array.from({ length: video.frameCount }, (_, i) => i);
  }

  /** The numbers of the frames that decode. */
  private shown({ frameCount, lost = [], decodes }: FakeVideo): number[] {
    if (decodes !== undefined) return Array.from({ length: decodes }, (_, i) => i);
    return Array.from({ length: frameCount }, (_, i) => i).filter((i) => !lost.includes(i));
  }

  private decodeClip(path: string, frames: readonly number[], table: Uint8Array, into: NativeTensor): ClipResult {
    const video = this.video(path);
    const shown = this.shown(video);
    const listed = this.listed(table);
    this.decoded.push([...frames]);
    const size = into.shape[2] as number;
    const data = into.data() as Uint8Array;
    let decodedFrames = 0;
    for (const frame of frames) {
      const wanted = listed[frame] ?? Infinity;
      const number = shown.find((candidate) => candidate >= wanted);
      if (number === undefined) continue;
      data.set(padded(number, size, video), decodedFrames++ * size * size * 3);
    }
    const last = isByDecoding(table) ? shown.length - 1 : (shown.at(-1) ?? -1);
    return {
      ...{
        ok: true,
        decodedFrames,
        damagedPackets: video.lost?.some((lost) => lost <= Math.max(...frames)) === true ? 1 : 0,
      },
      ...(decodedFrames < frames.length ? { endsAt: last + 1 } : {}),
    };
  }
}

/** The picture of a number in the middle of a black square. */
function padded(number: number, size: number, { width = 160, height = 120 }: FakeVideo): Uint8Array {
  const scale = size / Math.max(width, height);
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
  const picture = drawBarCode(number, w, h);
  const square = new Uint8Array(size * size * 3);
  const [left, top] = [Math.floor((size - w) / 2), Math.floor((size - h) / 2)];
  for (let y = 0; y < h; y++) square.set(picture.subarray(y * w * 3, (y + 1) * w * 3), ((top + y) * size + left) * 3);
  return square;
}
