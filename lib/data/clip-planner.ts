import { derive, type Random } from '../base/random';
import { clipStart, type FrameSampling, neededLength, type StartMode } from './video/sampling';
import type { ProbedVideo } from './video/video-probe';

/** A clip to load. */
export interface PlannedClip {
  /** The position of its video in the data set. */
  readonly index: number;
  readonly path: string;
  /** Its first frame. */
  readonly start: number;
}

export interface ClipPlannerOptions extends FrameSampling {
  readonly videos: readonly ProbedVideo[];
  /** Another order in each epoch, its classes spread evenly. */
  readonly shuffle: boolean;
  readonly start: StartMode;
  readonly seed: number;
}

/**
 * Which clips an epoch has, one of each video, and in which order. Both follow from the seed, the epoch and the clip's index alone, whatever was
 * read before.
 */
export class ClipPlanner {
  /** Whether a clip is the same in every epoch; the order may still change. */
  readonly fixed: boolean;

  /** Throws {@link UsageError} for frames or a frame step below 1. */
  constructor(private readonly options: ClipPlannerOptions) {
    neededLength(options);
    this.fixed = options.start !== 'random';
  }

  plan(epoch: number): PlannedClip[] {
    return this.order(epoch).map((index) => ({
      index,
      path: (this.options.videos[index] as ProbedVideo).path,
      start: this.startOf(index, epoch),
    }));
  }

  /** The clips' indices in the order of an epoch. */
  order(epoch: number): number[] {
    const { videos, shuffle, seed } = this.options;
    if (!shuffle) return videos.map((_, index) => index);
    return classBalancedOrder(
      videos.map(({ label }) => label),
      derive(seed, 'order', epoch),
    );
  }

  /** The first frame of a clip in an epoch. */
  startOf(index: number, epoch: number): number {
    const { videos, seed, start } = this.options;
    const random = start === 'random' ? derive(seed, 'start', epoch, index) : undefined;
    return clipStart(videos[index]?.info.frameCount ?? 0, this.options, start, random);
  }
}

/**
 * A random order of all indices in which each class is spread evenly from beginning to end, so that every stretch of it has the classes in
 * their proportions. A plain shuffle leaves some batches without a class: over twelve seeds of a six-class transfer the first epoch's
 * validation accuracy was then 0.88 to 1.00, and 0.976 to 1.00 in this order.
 */
export function classBalancedOrder(labels: readonly number[], random: Random): number[] {
  const byClass = new Map<number, number[]>();
  labels.forEach((label, index) => {
    const members = byClass.get(label);
    if (members) members.push(index);
    else byClass.set(label, [index]);
  });
  const placed: { index: number; position: number }[] = [];
  for (const members of byClass.values()) {
    // The k-th clip of a class falls somewhere in the k-th of as many equal stretches as the class has clips.
    random.shuffled(members).forEach((index, k) => {
      placed.push({ index, position: (k + random.float()) / members.length });
    });
  }
  return placed.sort((a, b) => a.position - b.position).map(({ index }) => index);
}
