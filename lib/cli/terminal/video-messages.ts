import type { DamagedVideo, SkippedVideo } from '../../data/video/broken-videos';
import type { ProgressSink } from './progress-sink';

const MOST_SKIPPED = 10;
const MOST_DAMAGED = 3;

/** Lists the broken videos that were left out. */
export function warnOfSkipped(progress: ProgressSink, skipped: readonly SkippedVideo[]): void {
  for (const { path, reason } of skipped.slice(0, MOST_SKIPPED)) progress.warn(`Left out ${path}: ${reason}`);
  const more = skipped.length - MOST_SKIPPED;
  if (more > 0) progress.warn(`Left out ${more} more broken videos`);
}

/** `2 videos have damaged parts, which were read over: a.mp4 (23 packets), b.avi (1 packet)`; the first few of many. */
export function describeDamaged(damaged: readonly DamagedVideo[]): string {
  const shown = damaged
    .slice(0, MOST_DAMAGED)
    .map(({ path, packets }) => `${path} (${packets} ${packets === 1 ? 'packet' : 'packets'})`)
    .join(', ');
  const more = damaged.length - MOST_DAMAGED;
  const what = damaged.length === 1 ? '1 video has' : `${damaged.length} videos have`;
  return `${what} damaged parts, which were read over: ${shown}${more > 0 ? ` and ${more} more` : ''}`;
}

export function warnOfDamaged(progress: ProgressSink, damaged: readonly DamagedVideo[]): void {
  if (damaged.length > 0) progress.warn(describeDamaged(damaged));
}

/** Tells beside the task under way how many videos are indexed, until all are. */
export function showIndexing(progress: ProgressSink): (indexed: number, total: number) => void {
  return (indexed, total) => {
    const number = (value: number): string => value.toLocaleString('en-US');
    progress.beside(indexed < total ? `indexing ${number(indexed)} of ${number(total)} videos` : undefined);
  };
}
