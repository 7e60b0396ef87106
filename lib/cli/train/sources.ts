import type { ClipSource } from '../../data/clip-source';
import type { LoadedVideoDataset } from '../../data/load-video-dataset';
import { partViews } from '../program/view-options';
import type { TrainOptions } from './options';
import { FirstBatches } from './trial/first-batches';

/** What a run is trained and measured on. */
export interface RunSources {
  readonly train: ClipSource;
  /** Absent where nothing is validated. */
  readonly validation: ClipSource | undefined;
  readonly test: ClipSource;
  /** Of the last one: clips of each video. */
  readonly testViews: number;
  /** What makes them others than the data set's parts. */
  readonly note: string | undefined;
}

/** Batches of each part that show whether all works: the second one meets what the first one left behind. */
const DEV_BATCHES = 2;

/** The parts of a data set, or what the options make of them to try something out. */
export function sourcesOf(dataset: LoadedVideoDataset, options: TrainOptions): RunSources {
  const { train, test } = dataset;
  const { overfit, fastDevRun, validation: validated } = options;
  const testViews = partViews(test).views;
  const validation = validated ? dataset.validation : undefined;
  if (overfit !== undefined) {
    const same = new FirstBatches(train, { batches: overfit, sameEachEpoch: true, describedAs: { overfit } });
    const note = `Overfitting: ${same.clipCount} clips are trained on in each epoch, in the same order, and evaluated`;
    return {
      train: same,
      validation: validated ? same : undefined,
      test: same,
      testViews: partViews(train).views,
      note,
    };
  }
  if (!fastDevRun) return { train, validation, test, testViews, note: undefined };
  const few = (source: ClipSource) =>
    new FirstBatches(source, { batches: DEV_BATCHES, sameEachEpoch: false, describedAs: { fastDevRun } });
  return {
    train: few(train),
    validation: validation && few(validation),
    test: few(test),
    testViews,
    note: `A fast development run: the first ${DEV_BATCHES} batches of each part; its numbers mean nothing`,
  };
}
