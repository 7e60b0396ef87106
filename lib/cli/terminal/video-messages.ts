import {
  type BrokenOffVideo,
  type DamagedVideo,
  describeBrokenOff,
  type OtherRate,
  type ShortVideo,
  type SkippedVideo,
  type VideoPart,
} from '../../data/video/broken-videos';
import type { ShortVideos } from '../../base/clip';
import type { VideoReport } from '../../data/clip-report';
import type { ProgressSink } from './progress-sink';

const MOST_SKIPPED = 10;
const MOST_SHOWN = 3;

/** Lists the broken videos that were left out. */
export function warnOfSkipped(progress: ProgressSink, skipped: readonly SkippedVideo[]): void {
  for (const { path, reason } of skipped.slice(0, MOST_SKIPPED)) progress.warn(`Left out ${path}: ${reason}`);
  const more = skipped.length - MOST_SKIPPED;
  if (more > 0)
    progress.warn(`Left out ${more} more broken videos${skipped.some(isPart) ? ' or parts of videos' : ''}`);
}

/** `2 videos have damaged parts, which were read over: a.mp4 (23 packets), b.avi (1 packet)`; the first few of many. */
export function describeDamaged(damaged: readonly DamagedVideo[]): string {
  const shown = firstOf(damaged, ({ path, packets }) => `${path} (${packets} ${packets === 1 ? 'packet' : 'packets'})`);
  return `${videos(damaged, 'has', 'have')} damaged parts, which were read over: ${shown}`;
}

/** `1 video is incomplete: a.mp4 ends after 61 of 300 frames`. */
export function describeIncomplete(brokenOff: readonly BrokenOffVideo[]): string {
  const shown = firstOf(brokenOff, (video) => `${video.path} ${describeBrokenOff(video)}`);
  return `${videos(brokenOff, 'is', 'are')} incomplete: ${shown}`;
}

const FILLED: Readonly<Record<ShortVideos, readonly [one: string, many: string]>> = {
  zero: [
    'its clip ends in black frames (--short hold or loop fills it otherwise)',
    'their clips end in black frames (--short hold or loop fills them otherwise)',
  ],
  hold: ['its last frame is held', 'their last frames are held'],
  loop: ['it begins anew', 'they begin anew'],
};

/** `2 videos are shorter than a clip; their last frames are held: a.mp4 (5 of 8 frames), b.mp4 (7 of 8 frames)`. */
export function describeShort(short: readonly ShortVideo[], filling: ShortVideos): string {
  const shown = firstOf(
    short,
    ({ path, span, frames, needed }) =>
      `${path}${span ? ` from ${span[0]} to ${span[1]} s` : ''} (${frames} of ${needed} frames)`,
  );
  const which = short.some(isPart) ? parts(short) : videos(short, 'is', 'are');
  return `${which} shorter than a clip; ${FILLED[filling][short.length === 1 ? 0 : 1]}: ${shown}`;
}

/**
 * `1 video has another frame rate than the 25 a second at which clips are as in training, so that motions look faster or slower (--frame-rate 12.5 samples as in
 * training): a.mp4 (50)`. All are compared with one rate.
 */
export function describeOtherRates(others: readonly OtherRate[]): string {
  const shown = firstOf(others, ({ path, frameRate }) => `${path} (${rate(frameRate)})`);
  const { expected = 0, sampled = 0, of = 'most' } = others[0] ?? {};
  const [than, samples] =
    of === 'training'
      ? [`the ${rate(expected)} a second at which clips are as in training`, 'as in training']
      : [`most (${rate(expected)} a second)`, 'all by time'];
  return (
    `${videos(others, 'has', 'have')} another frame rate than ${than}, so that motions look faster or slower ` +
    `(--frame-rate ${Number(sampled.toFixed(3))} samples ${samples}): ${shown}`
  );
}

/** The videos that are compared with one rate, for each. */
function byExpected(others: readonly OtherRate[]): OtherRate[][] {
  const groups = new Map<string, OtherRate[]>();
  for (const other of others) {
    const key = `${other.of} ${other.expected}`;
    groups.set(key, [...(groups.get(key) ?? []), other]);
  }
  return [...groups.values()];
}

const rate = (value: number): string => String(Number(value.toFixed(2)));

function videos(list: readonly unknown[], one: string, many: string): string {
  return list.length === 1 ? `1 video ${one}` : `${list.length} videos ${many}`;
}

const isPart = ({ span }: VideoPart): boolean => span !== undefined;

const parts = (list: readonly unknown[]): string =>
  list.length === 1 ? '1 part of a video is' : `${list.length} videos or parts of videos are`;

function firstOf<Item>(list: readonly Item[], text: (item: Item) => string): string {
  const more = list.length - MOST_SHOWN;
  return `${list.slice(0, MOST_SHOWN).map(text).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

export function warnOfDamaged(progress: ProgressSink, damaged: readonly DamagedVideo[]): void {
  if (damaged.length > 0) progress.warn(describeDamaged(damaged));
}

/** What people should know of the videos that a source has read. `filling`: what stands in place of frames that short ones lack. */
export function warnOfVideos(progress: ProgressSink, report: VideoReport, filling: ShortVideos): void {
  const { skipped, damaged, brokenOff, short, otherRates } = report;
  warnOfSkipped(progress, skipped);
  warnOfDamaged(progress, damaged);
  if (brokenOff.length > 0) progress.warn(describeIncomplete(brokenOff));
  if (short.length > 0) progress.warn(describeShort(short, filling));
  for (const others of byExpected(otherRates)) progress.warn(describeOtherRates(others));
}

/** Tells beside the task under way how many videos are indexed, until all are. */
export function showIndexing(progress: ProgressSink): (indexed: number, total: number) => void {
  return (indexed, total) => {
    const number = (value: number): string => value.toLocaleString('en-US');
    progress.beside(indexed < total ? `indexing ${number(indexed)} of ${number(total)} videos` : undefined);
  };
}
