import { UsageError } from '../../base/errors';
import { type ClipPlan, ClipPlanner } from '../../data/clip-planner';
import { checkRgbFrames, type RgbFrames } from '../../data/rgb-frames';
import type { PredictorSettings } from './predictor-options';

/** What is to be classified: a video file, or folder of pictures, by its path; or frames in memory. */
export type VideoInput = string | RgbFrames;

const NAME_OF_FRAMES = 'frames';

/** What predictions and errors call a video. Throws {@link UsageError} for what is none. */
export function nameOf(video: unknown, { clip }: Pick<PredictorSettings, 'clip'>): string {
  if (typeof video === 'string') {
    if (video !== '' && !video.includes('\0')) return video;
    throw new UsageError(video === '' ? 'A path is empty' : `A path holds a zero byte: ${JSON.stringify(video)}`);
  }
  if (typeof video === 'object' && video !== null && 'frames' in video)
    return checkRgbFrames(video, clip).name ?? NAME_OF_FRAMES;
  throw new UsageError(`A video is a path or { frames, width, height }, got ${typeof video}`);
}

/** Throws {@link UsageError} for what is not several videos: one path is an iterable too, of its characters. */
export function checkSeveral(videos: unknown): void {
  const several =
    typeof videos === 'object' && videos !== null && (Symbol.iterator in videos || Symbol.asyncIterator in videos);
  if (!several) throw new UsageError('Several videos are given as an array, or as another iterable');
}

/** The clips of any one video, neighbours; a start by its number is that of all of them. */
export async function plansOf({ start, clipsPerVideo, crops }: PredictorSettings): Promise<ClipPlan[]> {
  const videos = [{ path: '', target: [] }];
  const planner = new ClipPlanner({ videos, shuffle: false, start: 'center', seed: 0, clipsPerVideo, crops });
  const plans = await planner.plan(0);
  return start === 'center' ? plans : plans.map((plan) => ({ ...plan, position: { frame: start } }));
}
