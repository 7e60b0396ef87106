import { UsageError } from '../base/errors';
import type { Described, Json } from '../base/described';
import { derive, type Random } from '../base/random';
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
import type { PlannedClip } from './clip-source';
import { BalancedSampling, type Sampling } from './epochs/balanced-sampling';
import { classBalancedOrder } from './epochs/class-balanced-order';
import { labelOf, type VideoRow } from './lists/row';
import { CENTER, type ClipPosition, type StartMode } from './video/sampling';

/**
 * When the starts of clips, and what is changed about them, are drawn: for each epoch anew, or once for all of them.
 *
 * @useDeclaredType
 */
export type Redraw = (typeof REDRAWS)[number];
export const REDRAWS = ['epoch', 'never'] as const;

/** A clip to load: follows from the seed, the epoch, its row and its view alone. */
export interface ClipPlan extends PlannedClip {
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
  /** How often each class comes in an epoch, where it is shuffled. Default `natural`. */
  readonly sampling?: Sampling | undefined;
  /** Default `epoch`. */
  readonly redraw?: Redraw | undefined;
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
  /** Whether clips are mixed with one another. */
  readonly mixes: boolean;
  /** Clips of a row in an epoch. */
  readonly views: number;
  readonly sampling: Sampling;
  private readonly clipsPerVideo: number;
  private readonly crops: number;
  private readonly augmentations: readonly Described<'augmentation'>[];
  private readonly built: BuiltAugmentations;
  private readonly redraw: Redraw;
  private readonly balanced: BalancedSampling | undefined;

  /**
   * Throws {@link UsageError} for numbers that are none, for augmentations that make no sense, for several clips that start at one frame, for several crops of clips that are
   * shuffled, random or augmented, and for balanced sampling of clips that are not shuffled or not of one class each.
   */
  constructor(private readonly options: ClipPlannerOptions) {
    const {
      shuffle,
      start,
      clipsPerVideo = 1,
      crops = 1,
      augment = [],
      sampling = 'natural',
      redraw = 'epoch',
    } = options;
    if (!Number.isSafeInteger(clipsPerVideo) || clipsPerVideo < 1)
      throw new UsageError(`clipsPerVideo must be an integer of at least 1, got ${clipsPerVideo}`);
    if (![1, 3].includes(crops)) throw new UsageError(`crops must be 1 or 3, got ${String(crops)}`);
    if (clipsPerVideo > 1 && typeof start === 'object')
      throw new UsageError('Several clips of a video are spread over it: leave out their start');
    this.augmentations = checkAugmentations(augment);
    this.built = buildAugmentations(this.augmentations);
    if (crops > 1 && (shuffle || start === 'random' || this.augmentations.length > 0))
      throw new UsageError('Several crops are for evaluation: clips to train on have one');
    this.mixes = this.built.mixing.length > 0;
    const drawn = start === 'random' || this.augmentations.length > 0;
    // What a mixed clip is depends on its neighbour, and that on the order.
    this.fixed = !drawn || (redraw === 'never' && !this.mixes);
    this.sampling = sampling;
    this.redraw = redraw;
    if (sampling === 'balanced') this.balanced = balancedSampling(options);
    this.views = clipsPerVideo * crops;
    this.clipsPerVideo = clipsPerVideo;
    this.crops = crops;
  }

  /** Everything that the plans follow from, the videos aside. */
  describe(): { [option: string]: Json } {
    const { shuffle, start, seed } = this.options;
    const { clipsPerVideo, crops, augmentations, sampling, redraw } = this;
    const common = { shuffle, start: typeof start === 'string' ? start : { ...start }, seed, clipsPerVideo, crops };
    return { ...common, augment: [...augmentations], sampling, redraw };
  }

  async plan(epoch: number): Promise<ClipPlan[]> {
    const plans: ClipPlan[] = [];
    const turn = new Turn();
    for (const { index, view } of await this.clips(epoch)) {
      plans.push(this.planOf(index, view, epoch));
      if (turn.over) await turn.next();
    }
    return plans;
  }

  /** The clips of an epoch in their order: those of one row have different views. */
  async clips(epoch: number): Promise<PlannedClip[]> {
    const { views, options } = this;
    const clips: PlannedClip[] = [];
    const turn = new Turn();
    const seen = new Map<number, number>();
    for (const index of await this.order(epoch)) {
      if (options.shuffle) {
        const view = seen.get(index) ?? 0;
        seen.set(index, view + 1);
        clips.push({ index, view });
      } else for (let view = 0; view < views; view++) clips.push({ index, view });
      if (turn.over) await turn.next();
    }
    return clips;
  }

  /** The rows in the order of an epoch: shuffled ones once for each of their clips, else once. */
  async order(epoch: number): Promise<number[]> {
    const { videos, shuffle, seed } = this.options;
    if (!shuffle) return videos.map((_, index) => index);
    if (this.balanced) return this.balancedOrder(this.balanced, epoch);
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

  /** The rows that a balanced epoch has, its classes spread evenly. */
  private async balancedOrder(balanced: BalancedSampling, epoch: number): Promise<number[]> {
    const { videos, seed } = this.options;
    const rows = await balanced.rows(epoch, videos.length * this.views);
    const labels = rows.map((index) => labelOf(videos[index] as VideoRow));
    const order = await classBalancedOrder(labels, stream(seed, 'order', epoch, [], 0));
    return order.map((place) => rows[place] as number);
  }

  /** Where a clip starts in an epoch: as a share in [0, 1) of the starts that fit, unless all start at one frame. */
  positionOf(index: number, epoch: number, view = 0): ClipPosition {
    const { seed, start } = this.options;
    if (typeof start === 'object') return start;
    const clip = Math.floor(view / this.crops);
    switch (start) {
      case 'random':
        return stream(seed, 'start', this.drawnIn(epoch), [index], clip).float();
      case 'center':
        // As of CENTER, of two starts the earlier.
        return (clip + 0.5) / this.clipsPerVideo - (0.5 - CENTER);
      case 'start':
        return clip / this.clipsPerVideo;
    }
  }

  /** The epoch whose random numbers a clip has. */
  private drawnIn(epoch: number): number {
    return this.redraw === 'never' ? 0 : epoch;
  }

  private planOf(index: number, view: number, epoch: number): ClipPlan {
    const { path, span } = this.options.videos[index] as VideoRow;
    const position = this.positionOf(index, epoch, view);
    const plan = { index, view, path, ...(span && { span }), position };
    if (this.crops > 1) return { ...plan, transform: SQUARES[view % this.crops] as ClipTransform };
    if (this.augmentations.length === 0) return plan;
    const streams = (name: string): Random =>
      stream(this.options.seed, `augment ${name}`, this.drawnIn(epoch), [index], view);
    const blend = drawBlend(this.built, streams);
    return { ...plan, ...drawTransform(this.built, streams), ...(blend && { blend }) };
  }
}

/** Each decision about each clip has a stream of its own. */
function stream(seed: number, decision: string, epoch: number, of: readonly number[], view: number): Random {
  return derive(seed, decision, epoch, ...of, ...(view === 0 ? [] : [view]));
}

function balancedSampling({ videos, shuffle, seed }: ClipPlannerOptions): BalancedSampling {
  if (!shuffle) throw new UsageError('Balanced sampling is for training: clips to evaluate on come each once');
  const other = videos.find(({ target }) => target.length !== 1);
  if (other !== undefined)
    throw new UsageError(
      `Balanced sampling needs one class for each clip, and ${other.path} has ${other.target.length}: use class weights for clips of several classes`,
    );
  return new BalancedSampling(videos.map(labelOf), seed);
}
