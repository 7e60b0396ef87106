import { checkedBatches } from '../data/checked-batches';
import type { BatchOptions, ClipSource } from '../data/clip-source';
import type { FeatureCache } from '../inference/features/feature-cache';
import { FeatureEpochs, hasFixedClips } from '../inference/features/feature-epochs';
import type { InputKind, Runner } from '../inference/runner';
import type { Addon } from '../native/addon';
import type { NativeTensor } from '../native/tensor';
import { clipWeights } from './class-weights';

/** What one batch of an epoch is learned from. Whoever receives it disposes of it. */
export interface TrainingBatch extends Disposable {
  /** Which of the epoch's batches it is, from 0. */
  readonly batch: number;
  /** Clips, or features of them. */
  readonly inputs: NativeTensor;
  readonly kind: InputKind;
  /** Row-major [n, classes]. */
  readonly targets: Float32Array;
  /** [n], factors of the clips' losses: the source's times their classes'. Default: 1 each. */
  readonly weights: Float32Array | undefined;
  readonly files: readonly string[];
}

export interface TrainingBatchesParts {
  readonly source: ClipSource;
  /** [classes]. Default: 1 each. */
  readonly classWeights?: readonly number[] | undefined;
  /** Keeps the features of clips that are the same in each epoch. Only where training sees the same features of a clip each time: no stage of the backbone learns, and none is left out at random. */
  readonly features?: FeatureCache | undefined;
  readonly runner: Pick<Runner, 'features'>;
  readonly addon: Pick<Addon, 'createTensor'>;
  /** The first epoch that these weights of the backbone are used in, from 0: in its batches features are computed. Default 0. */
  readonly firstEpoch?: number;
}

type Told = Omit<TrainingBatch, keyof Disposable>;

/** The epochs of a run as batches to learn from. Where features are kept, epochs after the first are made of them: no video is read, no backbone computed. */
export class TrainingBatches {
  private readonly features: FeatureEpochs | undefined;
  private readonly first: number;

  constructor(private readonly parts: TrainingBatchesParts) {
    const { features: cache, firstEpoch = 0, source, runner, addon } = parts;
    this.first = firstEpoch;
    if (cache && hasFixedClips(source)) this.features = new FeatureEpochs({ source, runner, cache, addon, firstEpoch });
  }

  /** Whether an epoch, counted from 0, is made of features that are kept, or that the first epoch is read for once more where a run goes on. */
  async areKept(epoch: number): Promise<boolean> {
    return (await this.features?.covers(epoch)) ?? false;
  }

  /** The batches of an epoch, counted from 0. Throws what {@link checkedBatches} throws. */
  async *epoch(epoch: number, options: BatchOptions): AsyncGenerator<TrainingBatch, void, undefined> {
    const { features } = this;
    if (features && (await features.covers(epoch)) && (await features.complete(options.signal))) {
      yield* this.ofFeatures(features.kept(epoch, options));
    } else if (features && epoch === this.first) {
      yield* this.ofFeatures(features.gathered(options));
    } else {
      for await (const owned of checkedBatches(this.parts.source, epoch, options)) {
        const { batch, clips: inputs, targets, weights, files } = owned;
        yield this.batchOf({ batch, inputs, kind: 'clips', targets, weights, files }, () => owned.dispose());
      }
    }
  }

  private async *ofFeatures(epoch: ReturnType<FeatureEpochs['kept']>): AsyncGenerator<TrainingBatch, void, undefined> {
    for await (const { batch, features: inputs, targets, weights, files } of epoch)
      yield this.batchOf({ batch, inputs, kind: 'features', targets, weights, files }, () => inputs.dispose());
  }

  private batchOf(told: Told, dispose: () => void): TrainingBatch {
    const { classWeights, source } = this.parts;
    const { targets, weights: own } = told;
    if (classWeights === undefined) return { ...told, [Symbol.dispose]: dispose };
    const ofClasses = clipWeights(targets, classWeights, source.task.kind);
    const weights = own === undefined ? ofClasses : ofClasses.map((weight, row) => weight * (own[row] as number));
    return { ...told, weights, [Symbol.dispose]: dispose };
  }
}
