import type { SkippedVideo } from '../data/video/video-probe';
import type { ProgressSink } from './progress-sink';

const MOST_LISTED = 10;

/** Lists the broken videos that were left out. */
export function warnOfSkipped(progress: ProgressSink, skipped: readonly SkippedVideo[]): void {
  for (const { path, reason } of skipped.slice(0, MOST_LISTED)) progress.warn(`Left out ${path}: ${reason}`);
  const more = skipped.length - MOST_LISTED;
  if (more > 0) progress.warn(`Left out ${more} more broken videos`);
}
