import { VideoError } from '../base/errors';
import { otherRate } from '../data/video/other-rate';
import type { ClipSpec } from '../base/clip';
import type { BrokenClip, DecodedClips, Decoding } from '../data/clip-decoding';
import type { BrokenOffVideo, OtherRate, ShortVideo } from '../data/video/broken-videos';

/** What became of one file. */
export type Prediction =
  | {
      readonly file: string;
      /** [classes], each in [0, 1], the mean over its clips; they sum to 1 unless the model is multi-label. */
      readonly probabilities: Float32Array;
      /** Where it has damaged parts, which were read over: packets that did not decode. */
      readonly damagedPackets?: number;
      /** Where it is shorter than a clip. */
      readonly short?: Omit<ShortVideo, 'path'>;
      /** Where it breaks off before the end that its container promises. */
      readonly brokenOff?: Omit<BrokenOffVideo, 'path'>;
      /** Where it shows motions at another speed than the training videos: more than 1.5 times as many frames a second, or as few. */
      readonly otherRate?: Omit<OtherRate, 'path'>;
    }
  | { readonly file: string; readonly error: VideoError };

/** Gathers what the clips of one file come to, over as many batches as they lie in. */
export class FileViews {
  private sums: Float64Array | undefined;
  private views = 0;
  private packets = 0;
  private broken: BrokenClip | undefined;
  private short: Omit<ShortVideo, 'path'> | undefined;
  private brokenOff: Omit<BrokenOffVideo, 'path'> | undefined;
  private frameRate = 0;

  /** `index`: of the file's plans; `clip`: how they are cut; `expected`: frames per second at which they are as in training, where it matters. */
  constructor(
    private readonly file: string,
    private readonly index: number,
    private readonly clip: Pick<ClipSpec, 'frames' | 'every'>,
    private readonly expected: number | undefined,
  ) {}

  /** `rows`: the probabilities of the clips that were decoded. */
  add({ decoded, broken, damaged, brokenOff }: Decoding, rows: readonly Float32Array[]): void {
    decoded?.plans.forEach(({ index }, row) => {
      if (index === this.index) this.addClip(decoded, row, rows[row] as Float32Array);
    });
    this.broken ??= broken.find(({ index }) => index === this.index);
    for (const { path, packets } of damaged) if (path === this.file) this.packets = Math.max(packets, this.packets);
    const end = brokenOff.find(({ path }) => path === this.file);
    if (end !== undefined) this.brokenOff = { frames: end.frames, promised: end.promised };
  }

  /** The mean over the clips that were decoded; the error of the first where none was. */
  prediction(): Prediction {
    const { file, sums, views, packets, short, brokenOff } = this;
    if (sums === undefined) {
      const reason = this.broken?.reason ?? 'not decoded';
      return { file, error: new VideoError(`Cannot classify ${file}: ${reason}`, file) };
    }
    const other = this.otherRate();
    return {
      ...{ file, probabilities: Float32Array.from(sums, (sum) => sum / views) },
      ...(packets > 0 && { damagedPackets: packets }),
      ...(short && { short }),
      ...(brokenOff && { brokenOff }),
      ...(other && { otherRate: other }),
    };
  }

  private otherRate(): Omit<OtherRate, 'path'> | undefined {
    const { expected, frameRate, clip } = this;
    return expected === undefined
      ? undefined
      : otherRate(frameRate, { frameRate: expected, of: 'training' }, clip.every);
  }

  private addClip({ ownFrames, frameRates }: DecodedClips, row: number, probabilities: Float32Array): void {
    const sums = (this.sums ??= new Float64Array(probabilities.length));
    probabilities.forEach((probability, i) => (sums[i] = (sums[i] as number) + probability));
    this.views += 1;
    const frames = ownFrames[row] as number;
    if (frames < this.clip.frames) this.short ??= { frames, needed: this.clip.frames };
    this.frameRate = frameRates[row] as number;
  }
}
