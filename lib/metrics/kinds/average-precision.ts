import { UsageError } from '../../base/errors';
import type { Target } from '../../base/task';
import { sum } from '../class-scores';

/** Probabilities that are kept at most: 256 MiB of them, and what a snapshot's JSON can hold. */
export const MOST_SCORES = 2 ** 26;

/** Scores that are ranked between two looks at the clock. */
const CHUNK = 2 ** 14;

/** Every probability of a pass, and which of them are of true classes. */
export class RankedScores {
  /** Row-major [clips, classes] each. */
  private parts: Float32Array[] = [];
  private length = 0;
  /** Of each class the scores that its own clips have of it. */
  private own: number[][];

  constructor(private readonly classes: number) {
    this.own = Array.from({ length: classes }, () => []);
  }

  /** `scores`: row-major [clips, classes]; they are copied. Throws {@link UsageError} where they are too many to keep. */
  add(scores: Float32Array, targets: readonly Target[]): void {
    const { classes } = this;
    if (this.length + scores.length > MOST_SCORES)
      throw new UsageError(
        `The metric mean_average_precision keeps every probability, at most ${MOST_SCORES}, and this pass has more: leave it out, or measure fewer clips`,
      );
    targets.forEach((target, row) => {
      for (const label of target) (this.own[label] as number[]).push(scores[row * classes + label] as number);
    });
    this.parts.push(scores.slice());
    this.length += scores.length;
  }

  /**
   * Of each class, how well its clips are ranked above the others: the mean, over its clips, of the precision at their score, clips of equal scores taken together;
   * NaN where no clip is of it. A generator, to be driven in turns: it yields now and then.
   */
  *averagePrecisions(): Generator<undefined, { averagePrecision: number; support: number }[], undefined> {
    const { classes } = this;
    const own = this.own.map((scores) => Float32Array.from(scores).sort());
    // Of each class, for each of its clips: how many scores lie between this one and the next.
    const between = own.map(({ length }) => new Uint32Array(length));
    const size = classes * Math.max(1, Math.floor(CHUNK / classes));
    for (const part of this.parts) {
      for (let begin = 0; begin < part.length; begin += size) {
        const scores = part.subarray(begin, begin + size);
        own.forEach((ascending, label) => {
          const counts = between[label] as Uint32Array;
          for (let i = label; i < scores.length; i += classes) {
            const at = lastNotAbove(ascending, scores[i] as number);
            if (at >= 0) counts[at] = (counts[at] as number) + 1;
          }
        });
        yield;
      }
    }
    return own.map((ascending, label) => ({
      averagePrecision: averagePrecision(ascending, between[label] as Uint32Array),
      support: ascending.length,
    }));
  }

  state(): RankedState {
    const { parts, own } = this;
    return {
      scores: parts.map(base64).join(','),
      own: base64(Float32Array.from(own.flat())),
      support: own.map(({ length }) => length),
    };
  }

  /** Undefined where it is no state of scores of so many classes. */
  static from({ scores, own, support }: RankedState, classes: number): RankedScores | undefined {
    const parts = scores === '' ? [] : scores.split(',').map(numbersOf);
    const ofTruth = numbersOf(own);
    if (!parts.every((part) => part !== undefined && part.length % classes === 0)) return undefined;
    if (support.length !== classes || ofTruth?.length !== sum(support)) return undefined;
    const ranked = new RankedScores(classes);
    ranked.parts = parts as Float32Array[];
    ranked.length = sum(ranked.parts.map(({ length }) => length));
    let at = 0;
    ranked.own = support.map((count) => [...ofTruth.subarray(at, (at += count))]);
    return ranked;
  }
}

/** Float32 numbers in base64, little-endian. */
export interface RankedState {
  /** Row-major [clips, classes], in parts with commas between them. */
  readonly scores: string;
  /** Those that the clips of each class have of it, one class after the other. */
  readonly own: string;
  /** [classes]: how many. */
  readonly support: readonly number[];
}

/** The index of the last number that is not above `value`; -1 where all are. */
function lastNotAbove(ascending: Float32Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** `between[i]`: scores of all clips from `ascending[i]` to below the next. */
function averagePrecision(ascending: Float32Array, between: Uint32Array): number {
  const clips = ascending.length;
  let total = 0;
  let notBelow = 0;
  for (let i = clips - 1; i >= 0; i--) {
    notBelow += between[i] as number;
    let first = i;
    while (first > 0 && ascending[first - 1] === ascending[i]) first -= 1;
    total += (i - first + 1) * ((clips - first) / notBelow);
    i = first;
  }
  return total / clips;
}

const base64 = ({ buffer, byteOffset, byteLength }: Float32Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');

/** Undefined for what is no base64 of such numbers. Copied to a place of its own, which they may be read from. */
function numbersOf(text: string): Float32Array | undefined {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text || bytes.length % 4 !== 0) return undefined;
  return new Float32Array(Uint8Array.from(bytes).buffer);
}
