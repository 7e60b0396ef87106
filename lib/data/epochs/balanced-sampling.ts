import { derive, type Random } from '../../base/random';
import { Turn } from '../../base/turn';

/**
 * How often the rows of a class come in an epoch of training. `natural`: as often as those of any other. `balanced`: so often that each class has as many clips.
 *
 * @useDeclaredType
 */
export type Sampling = (typeof SAMPLINGS)[number];
export const SAMPLINGS = ['natural', 'balanced'] as const;

/** Draws the rows of epochs in which each class is there equally often: pure functions of the seed and the epoch. */
export class BalancedSampling {
  /** Rows of each class that has any, in the order of the classes' numbers. */
  private readonly members: readonly (readonly number[])[];
  /** Of each class its place in the order in which classes get a clip more than others. */
  private readonly ranks: readonly number[];

  /** `labels`: the class of each row. */
  constructor(
    labels: readonly number[],
    private readonly seed: number,
  ) {
    const byClass = new Map<number, number[]>();
    labels.forEach((label, index) => {
      const members = byClass.get(label);
      if (members) members.push(index);
      else byClass.set(label, [index]);
    });
    this.members = [...byClass].sort(([a], [b]) => a - b).map(([, members]) => members);
    this.ranks = derive(seed, 'sampling').shuffled([...this.members.keys()]);
  }

  /**
   * The rows of the clips of an epoch, by class: `clips` of them, of each class as many, or one more. The rows of a class come in turn, over all epochs: none a second time
   * before each was there. So a common class shows another part of its rows in each epoch, and a rare one each row several times.
   */
  async rows(epoch: number, clips: number): Promise<number[]> {
    const rows: number[] = [];
    const turn = new Turn();
    for (const [label, members] of this.members.entries()) {
      const end = this.drawnBefore(label, (epoch + 1) * clips);
      let round = -1;
      let order: readonly number[] = [];
      for (let draw = this.drawnBefore(label, epoch * clips); draw < end; draw++) {
        const due = Math.floor(draw / members.length);
        if (due !== round) order = this.stream(label, due).shuffled(members);
        round = due;
        rows.push(order[draw % members.length] as number);
        if (turn.over) await turn.next();
      }
    }
    return rows;
  }

  /**
   * Clips of a class among the first ones of all epochs. As ⌊(n + 0) / k⌋ + … + ⌊(n + k − 1) / k⌋ = n (Hermite), those of the k classes make up all, and no two of them ever
   * differ by more than one.
   */
  private drawnBefore(label: number, clips: number): number {
    return Math.floor((clips + (this.ranks[label] as number)) / this.members.length);
  }

  private stream(label: number, round: number): Random {
    return derive(this.seed, 'sampling', label, round);
  }
}
