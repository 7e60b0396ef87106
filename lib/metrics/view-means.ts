import { sortInTurns } from '../base/sort';
import { decodeTargets, type TaskKind } from '../base/task';
import { Turn } from '../base/turn';
import type { ClassifiedClip, Evaluation } from './evaluation';
import type { Measured } from './metric';
import type { Meters } from './meters';

/** What a model says of one clip of a video. */
export interface View extends Pick<ClassifiedClip, 'file' | 'index' | 'span' | 'probabilities'> {
  /** [classes]: the share of each class in it. */
  readonly target: Float32Array;
  readonly loss: number;
}

interface Video {
  readonly view: Omit<View, 'target'>;
  /** Without the zeros, which are most of a long row. */
  readonly target: readonly (readonly [label: number, share: number])[];
  loss: number;
  /** Of the probabilities, from the second view on. */
  sums: Float64Array | undefined;
  views: number;
}

/** Videos that are measured between two looks at the clock. */
const CHUNK = 64;

/** Means over the clips of each video, and over the videos. Clips of one row are views of it. */
export class ViewMeans {
  private readonly videos = new Map<number, Video>();

  add({ target, ...view }: View): void {
    const video = this.videos.get(view.index);
    if (video === undefined) {
      const shares = Array.from(target, (share, label) => [label, share] as const).filter(([, share]) => share !== 0);
      this.videos.set(view.index, { view, target: shares, loss: view.loss, sums: undefined, views: 1 });
      return;
    }
    const sums = (video.sums ??= Float64Array.from(video.view.probabilities));
    view.probabilities.forEach((probability, i) => (sums[i] = (sums[i] as number) + probability));
    video.loss += view.loss;
    video.views += 1;
  }

  /** `meters`: fresh ones, of a task of this kind; they take the videos in the order of the data set. */
  async evaluation(meters: Meters, kind: TaskKind): Promise<Evaluation> {
    const turn = new Turn();
    const videos = await sortInTurns([...this.videos.values()], (a, b) => a.view.index - b.view.index, turn);
    const clips: ClassifiedClip[] = [];
    for (let begin = 0; begin < videos.length; begin += CHUNK) {
      const chunk = videos.slice(begin, begin + CHUNK);
      const means = chunk.map(({ view, sums, views }) =>
        sums === undefined ? view.probabilities : Float32Array.from(sums, (sum) => sum / views),
      );
      const measured = measuredOf(chunk, means);
      meters.add(measured);
      const targets = decodeTargets(measured.targets, chunk.length, kind);
      chunk.forEach(({ view: { file, index, span } }, i) => {
        const target = targets[i] ?? [];
        clips.push({ file, index, ...(span && { span }), target, probabilities: means[i] as Float32Array });
      });
      if (turn.over) await turn.next();
    }
    await meters.finish();
    return { metrics: meters.results(), details: meters.details(), clips };
  }
}

function measuredOf(videos: readonly Video[], means: readonly Float32Array[]): Measured {
  const count = videos.length;
  const classes = means[0]?.length ?? 0;
  const probabilities = new Float32Array(count * classes);
  const targets = new Float32Array(count * classes);
  videos.forEach(({ target }, i) => {
    probabilities.set(means[i] as Float32Array, i * classes);
    for (const [label, share] of target) targets[i * classes + label] = share;
  });
  return { count, probabilities, targets, losses: Float32Array.from(videos, ({ loss, views }) => loss / views) };
}
