import { UsageError } from '../base/errors';
import type { Described, Json } from '../base/described';
import { derive, type Random } from '../base/random';
import { sortInTurns } from '../base/sort';
import { Turn } from '../base/turn';
import type { ClipBlend } from './augmentation/blend';
import type { ClipTransform } from './augmentation/clip-transform';
import {
  buildAugmentations,
  type BuiltAugmentations,
  checkAugmentations,
  drawBlend,
  drawTransform,
} from './augmentation/draw';
import { labelOf, type VideoRow } from './lists/row';
import { CENTER, type ClipPosition, type StartMode } from './video/sampling';

/** A clip to load: follows from the seed, the epoch, its row and its view alone. */
export interface ClipPlan {
  /** The position of its row in the data set. */
  readonly index: number;
  /** Which of the row's clips it is, from 0. */
  readonly view: number;
  readonly path: string;
  /** Seconds since the video's first frame between which the clip lies; without it the whole video. */
  readonly span?: readonly [from: number, to: number];
  /** Where in its video, or span, it starts; which frame that is, is known once the video is indexed. */
  readonly position: ClipPosition;
  /** Factor of the distance between its frames. Default 1. */
  readonly speed?: number;
  readonly transform?: ClipTransform;
  /** How it is mixed with its neighbour, where it is the first of two in its batch: of the rows 2k and 2k + 1 as planned. */
  readonly blend?: ClipBlend;
}

export interface ClipPlannerOptions {
  readonly videos: readonly VideoRow[];
  /** Another order in each epoch, its classes spread evenly and the clips of a row far apart; else the clips of a row are neighbours. */
  readonly shuffle: boolean;
  /** Where clips start: the number of a frame is that of all of them. */
  readonly start: StartMode | { readonly frame: number };
  readonly seed: number;
  /** Clips of a row in an epoch: random ones, or evenly spread. Default 1. */
  readonly clipsPerVideo?: number | undefined;
  /** Of each clip: 1 is the whole frame, 3 are squares at both ends and in the middle of its longer side. Default 1. */
  readonly crops?: 1 | 3 | undefined;
  /** What is changed at random about each clip. Default: nothing. */
  readonly augment?: readonly Described<'augmentation'>[] | undefined;
}

/** Left or top, middle, right or bottom. */
const SQUARES = [0, 0.5, 1].map((along): ClipTransform => ({ crop: { kind: 'square', along } }));

/**
 * Which clips an epoch has, and in which order. Both follow from the seed, the epoch, the clip's index and its view alone, whatever was
 * read before. Long plans are made in turns of the event loop.
 */
export class ClipPlanner {
  /** Whether a clip is the same in every epoch; the order may still change. */
  readonly fixed: boolean;
  /** Clips of a row in an epoch. */
  readonly views: number;
  private readonly clipsPerVideo: number;
  private readonly crops: number;
  private readonly augmentations: readonly Described<'augmentation'>[];
  private readonly built: BuiltAugmentations;

  /** Throws {@link UsageError} for numbers that are none, for augmentations that make no sense, for several clips that start at one frame, and for several crops of clips that are shuffled, random or augmented. */
  constructor(private readonly options: ClipPlannerOptions) {
    const { shuffle, start, clipsPerVideo = 1, crops = 1, augment = [] } = options;
    if (!Number.isSafeInteger(clipsPerVideo) || clipsPerVideo < 1)
      throw new UsageError(`clipsPerVideo must be an integer of at least 1, got ${clipsPerVideo}`);
    if (![1, 3].includes(crops)) throw new UsageError(`crops must be 1 or 3, got ${String(crops)}`);
    if (clipsPerVideo > 1 && typeof start === 'object')
      throw new UsageError('Several clips of a video are spread over it: leave out their start');
    this.augmentations = checkAugmentations(augment);
    this.built = buildAugmentations(this.augmentations);
    if (crops > 1 && (shuffle || start === 'random' || this.augmentations.length > 0))
      throw new UsageError('Several crops are for evaluation: clips to train on have one');
    this.fixed = start !== 'random' && this.augmentations.length === 0;
    this.views = clipsPerVideo * crops;
    this.clipsPerVideo = clipsPerVideo;
    this.crops = crops;
  }

  /** Everything that the plans follow from, the videos aside. */
  describe(): { [option: string]: Json } {
    const { shuffle, start, seed } = this.options;
    const { clipsPerVideo, crops, augmentations } = this;
    const common = { shuffle, start: typeof start === 'string' ? start : { ...start }, seed, clipsPerVideo, crops };
    return { ...common, augment: [...augmentations] };
  }

  async plan(epoch: number): Promise<ClipPlan[]> {
    const plans: ClipPlan[] = [];
    const turn = new Turn();
    const { views, options } = this;
    const perRound = options.shuffle ? 1 : views;
    for (const [at, index] of (await this.order(epoch)).entries()) {
      const round = options.shuffle ? Math.floor(at / options.videos.length) : 0;
      for (let view = round; view < round + perRound; view++) plans.push(this.planOf(index, view, epoch));
      if (turn.over) await turn.next();
    }
    return plans;
  }

  /** The rows in the order of an epoch: shuffled ones once for each of their clips, else once. */
  async order(epoch: number): Promise<number[]> {
    const { videos, shuffle, seed } = this.options;
    if (!shuffle) return videos.map((_, index) => index);
    const labels = videos.map(labelOf);
    const rounds: number[] = [];
    for (let view = 0; view < this.views; view++) {
      const round = await classBalancedOrder(labels, stream(seed, 'order', epoch, [], view));
      const [first, second] = round;
      // Where one round ends and the next one begins, a row would follow itself.
      if (second !== undefined && first === rounds.at(-1)) round.splice(0, 2, second, first as number);
      for (const index of round) rounds.push(index);
    }
    return rounds;
  }

  /** Where a clip starts in an epoch: as a share in [0, 1) of the starts that fit, unless all start at one frame. */
  positionOf(index: number, epoch: number, view = 0): ClipPosition {
    const { seed, start } = this.options;
    if (typeof start === 'object') return start;
    const clip = Math.floor(view / this.crops);
    switch (start) {
      case 'random':
        return stream(seed, 'start', epoch, [index], clip).float();
      case 'center':
        // As of CENTER, of two starts the earlier.
        return (clip + 0.5) / this.clipsPerVideo - (0.5 - CENTER);
      case 'start':
        return clip / this.clipsPerVideo;
    }
  }

  private planOf(index: number, view: number, epoch: number): ClipPlan {
    const { path, span } = this.options.videos[index] as VideoRow;
    const position = this.positionOf(index, epoch, view);
    const plan = { index, view, path, ...(span && { span }), position };
    if (this.crops > 1) return { ...plan, transform: SQUARES[view % this.crops] as ClipTransform };
    if (this.augmentations.length === 0) return plan;
    const streams = (name: string): Random => stream(this.options.seed, `augment ${name}`, epoch, [index], view);
    const blend = drawBlend(this.built, streams);
    return { ...plan, ...drawTransform(this.built, streams), ...(blend && { blend }) };
  }
}

/** Each decision about each clip has a stream of its own. */
function stream(seed: number, decision: string, epoch: number, of: readonly number[], view: number): Random {
  return derive(seed, decision, epoch, ...of, ...(view === 0 ? [] : [view]));
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
