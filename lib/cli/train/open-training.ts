import { describeSpacing } from '../../base/clip';
import { describeAugmentations } from '../../data/augmentation/parse';
import { LoadedVideoDataset, type LoadVideoDatasetOptions } from '../../data/load-video-dataset';
import { type DatasetRecord, recordDataset } from '../../data/lists/record/dataset-record';
import { listRecordedDataset } from '../../data/lists/record/recorded-dataset';
import { formatSplit, parseSplit } from '../../data/lists/splits/rule';
import { type DatasetIndex, listVideoDataset, type SplitOptions } from '../../data/lists/video-dataset';
import type { MovinetModel } from '../../model/movinet-model';
import { gateNote } from '../../model/open-model';
import { checkOverlap } from '../evaluation-data';
import { splitOptionsFrom } from '../program/data-options';
import { readingFrom } from '../program/reading-options';
import { describeParts, partViews } from '../program/view-options';
import { showIndexing } from '../terminal/video-messages';
import { type InputContext, readStart, type TrainedModel, type TrainingInputs } from './inputs';
import type { TrainOptions } from './options';
import { describeHead, describeLearning } from './training-record';

/** What a run is trained on, and the model that it begins with. */
export interface Opened {
  readonly record: DatasetRecord;
  readonly dataset: LoadedVideoDataset;
  readonly model: MovinetModel;
}

/** How the data set is divided, in the form that the run remembers. */
export function splitOf(options: TrainOptions, split = 'auto', trained?: TrainedModel): SplitOptions {
  const given = splitOptionsFrom(options, options.seed);
  const multiLabel = given.multiLabel ?? (trained?.description.task.kind === 'multi-label' || undefined);
  return { ...given, multiLabel, split: parseSplit(split) };
}

/**
 * Lists the data while the weights are read, and tells what both are. `listed`: the data set where it was listed already. Throws DatasetError, CheckpointError,
 * UsageError.
 */
export async function openTraining(
  options: TrainOptions,
  inputs: TrainingInputs,
  { addon, progress, signal }: InputContext,
  { trained, listed }: { readonly trained: TrainedModel | undefined; readonly listed: DatasetIndex | undefined },
): Promise<Opened> {
  const { clip, batchSize, unfreeze } = inputs.settings;
  const { seed, strict, decodeThreads } = options;
  const note = trained ? undefined : gateNote(inputs.model, inputs.weights, options.gatingActivation);
  if (note !== undefined) progress.line(note);
  const { recorded, dataFolder } = inputs;
  const split = recorded?.options ?? splitOf(options, inputs.split, trained);
  const listing = recorded
    ? listRecordedDataset(recorded, { signal })
    : Promise.resolve(listed ?? listVideoDataset(dataFolder, { ...split, signal }));
  const [videos, record, modelFor] = await Promise.all([
    listing,
    listing.then((index) => recordDataset(dataFolder, split, index)),
    readStart(inputs, options, addon),
  ]);
  const dataset = new LoadedVideoDataset(videos, {
    ...{ addon, clip, batchSize, seed, strict, reading: readingFrom(options) },
    ...viewsFrom(options),
    ...(decodeThreads === undefined ? {} : { decodeThreads }),
    ...(options.validation ? {} : { parts: ['train', 'test'] as const }),
    onProgress: showIndexing(progress),
  });
  const { classes, train, test } = dataset;
  progress.line(
    `Data: ${inputs.dataFolder}, split ${formatSplit(videos.rule)}: ${classes.length} classes, ` +
      describeParts(partViews(train), partViews(test)),
  );
  for (const note of dataset.notes) progress.line(note);
  for (const warning of dataset.warnings) progress.warn(warning);
  if (trained?.record && !recorded)
    for (const warning of await checkOverlap(videos, trained.record, { allowed: true, signal })) progress.warn(warning);
  const { model, head } = await modelFor(dataset.task);
  progress.line(
    `Model: ${inputs.model}, ${describeLearning(unfreeze, head)}; ` +
      `clips of ${clip.frames} frames, ${describeSpacing(clip.every)}, ${clip.size}²` +
      (options.augment?.length ? `, augmented: ${describeAugmentations(options.augment)}` : ''),
  );
  progress.line(
    `Weights: ${inputs.weights}${trained ? describeHead(head, trained.description.task, dataset.task) : ''}`,
  );
  return { record, dataset, model };
}

/** Which clips of each video, and what of, where the defaults are not wanted. */
function viewsFrom(options: TrainOptions): LoadVideoDatasetOptions {
  const { clipsPerVideo, evaluationClips, crops, augment, sampling, fixedClips, pixels } = options;
  return {
    ...(sampling === undefined ? {} : { sampling }),
    ...(pixels === undefined ? {} : { pixels }),
    ...(fixedClips ? { redraw: 'never' as const } : {}),
    ...(clipsPerVideo === undefined ? {} : { clipsPerVideo }),
    ...(evaluationClips === undefined ? {} : { evaluationClips }),
    ...(crops === undefined ? {} : { crops }),
    ...(augment === undefined ? {} : { augment }),
  };
}
