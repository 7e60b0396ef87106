import type { ClipSpec } from '../base/clip';
import type { DecodedClips, Decoding } from './clip-decoding';
import type { ClipSourceReport } from './clip-source';
import {
  type BrokenOffVideo,
  BrokenVideos,
  type OtherRate,
  partKey,
  type ShortVideo,
  type SkippedVideo,
  type VideoPart,
} from './video/broken-videos';
import { type ExpectedRate, otherRate } from './video/other-rate';

/** So many videos tell which rate is the usual one. */
const ENOUGH_RATES = 5;

/** What happened to the clips of a source, gathered batch by batch. */
export class ClipReport {
  private readonly skipped = new BrokenVideos();
  /** Packets that did not decode, by video. */
  private readonly damaged = new Map<string, number>();
  private readonly brokenOff = new Map<string, BrokenOffVideo>();
  /** By video and span. */
  private readonly short = new Map<string, ShortVideo>();
  /** Zero frames of each clip that has any, by its index and view. */
  private readonly zeroFrames = new Map<string, number>();
  private readonly frameRates = new Map<string, number>();
  private decodedFrames = 0;

  /** `expected`: the frame rate at which clips are as in training: whatever is more than 1.5 times as fast, or as slow, is listed. Default: the median, once five videos are known. */
  constructor(
    private readonly clip: ClipSpec,
    private readonly expected: () => number | undefined = () => undefined,
  ) {}

  add({ broken, damaged, brokenOff }: Decoding): void {
    for (const video of broken) this.skipped.add(video);
    for (const { path, packets } of damaged) this.damaged.set(path, Math.max(packets, this.damaged.get(path) ?? 0));
    for (const video of brokenOff) this.brokenOff.set(video.path, video);
  }

  /** Clips that are handed out. */
  addClips({ plans, decodedFrames, ownFrames, frameRates }: DecodedClips): void {
    const needed = this.clip.frames;
    for (const [row, { path, span, index, view }] of plans.entries()) {
      const decoded = decodedFrames[row] as number;
      this.decodedFrames += decoded;
      const clip = `${index}:${view}`;
      if (decoded < needed) this.zeroFrames.set(clip, needed - decoded);
      else this.zeroFrames.delete(clip);
      const frames = ownFrames[row] as number;
      const part = { path, ...(span && { span }) };
      if (frames < needed) this.short.set(partKey(part), { ...part, frames, needed });
      const rate = frameRates[row] as number;
      if (rate > 0) this.frameRates.set(path, rate);
    }
  }

  /** The broken video that was met last. */
  get lastSkipped(): SkippedVideo | undefined {
    return this.skipped.list.at(-1);
  }

  get(): ClipSourceReport {
    const frameRate = this.medianRate();
    return {
      skipped: this.skipped.list,
      damaged: [...this.damaged].map(([path, packets]) => ({ path, packets })),
      brokenOff: [...this.brokenOff.values()],
      short: [...this.short.values()],
      zeroFrames: [...this.zeroFrames.values()].reduce((sum, count) => sum + count, 0),
      frameRate,
      otherRates: this.otherRates(frameRate),
      decodedFrames: this.decodedFrames,
    };
  }

  private medianRate(): number | undefined {
    const rates = Float64Array.from(this.frameRates.values()).sort();
    return rates.length === 0 ? undefined : rates[Math.floor((rates.length - 1) / 2)];
  }

  private otherRates(median: number | undefined): OtherRate[] {
    const expected = this.expectedRate(median);
    if (expected === undefined) return [];
    return [...this.frameRates].flatMap(([path, frameRate]) => {
      const other = otherRate(frameRate, expected, this.clip.every);
      return other ? [{ path, ...other }] : [];
    });
  }

  private expectedRate(median: number | undefined): ExpectedRate | undefined {
    const trained = this.expected();
    if (trained !== undefined) return { frameRate: trained, of: 'training' };
    return median !== undefined && this.frameRates.size >= ENOUGH_RATES ? { frameRate: median, of: 'most' } : undefined;
  }
}

/** What is to be told of videos. */
export type VideoReport = Pick<ClipSourceReport, 'skipped' | 'damaged' | 'brokenOff' | 'short' | 'otherRates'>;

/** Several sources' reports as one: each video, and each span of one, once, with what was found of it last. */
export function mergedReports(reports: readonly VideoReport[]): VideoReport {
  return {
    skipped: eachOnce(reports.map(({ skipped }) => skipped)),
    damaged: eachOnce(reports.map(({ damaged }) => damaged)),
    brokenOff: eachOnce(reports.map(({ brokenOff }) => brokenOff)),
    short: eachOnce(reports.map(({ short }) => short)),
    otherRates: eachOnce(reports.map(({ otherRates }) => otherRates)),
  };
}

export function eachOnce<Video extends VideoPart>(lists: readonly (readonly Video[])[]): Video[] {
  return [...new Map(lists.flat().map((video) => [partKey(video), video])).values()];
}
