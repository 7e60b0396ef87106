import { describeSpacing } from '../base/clip';
import { describeAugmentations } from '../data/augmentation/parse';
import { LoadedVideoDataset, type LoadVideoDatasetOptions } from '../data/load-video-dataset';
import type { VideoReport } from '../data/clip-report';
import { formatSplit, parseSplit } from '../data/lists/splits/rule';
import { type DatasetRecord, recordDataset } from '../data/lists/record/dataset-record';
import { type DatasetIndex, listVideoDataset, type SplitOptions } from '../data/lists/video-dataset';
import { createTransferModel, type MovinetModel } from '../model/movinet-model';
import { loadAddon, type Addon } from '../native/addon';
import type { History } from '../metrics/history';
import type { RunFolder } from '../report/run-folder';
import { readBackbone, saveModel, seededUniform, trainingOverrides } from '../model/classifier';
import type { ChosenDevice } from '../runtime/device';
import type { Evaluation } from '../metrics/evaluation';
import { defaultLoss } from '../learning/loss';
import { adam } from '../learning/optimizer';
import { cosineDecay } from '../learning/schedule';
import { Trainer, type FitResult } from '../training/trainer';
import { checkModelFolder } from '../model/model-folder';
import { clipConfig } from './program/clip-options';
import { dataConfig, splitOptionsFrom } from './program/data-options';
import { listenForInterrupt, type Interrupt } from './program/interrupt';
import { accuracyName, createOutput, specialVideos, withResultsFolder } from './program/results';
import { gateNote } from '../model/open-model';
import { readingFrom } from './program/reading-options';
import { rememberDataset } from './program/remember-dataset';
import { deviceFor, writeProfile } from './program/run-options';
import { describeParts, describeViews, partViews, viewConfig } from './program/view-options';
import { createProgress } from './terminal/progress';
import type { ProgressSink } from './terminal/progress-sink';
import { evaluationResults } from '../report/results';
import { trainerProgress } from './terminal/trainer-progress';
import { showIndexing, warnOfVideos } from './terminal/video-messages';
import { parseTrainOptions, type TrainOptions } from './train-options';
import { findTrainingInputs, type TrainingInputs } from './training-inputs';

/** `npm run train`: fine-tunes a classifier and writes its results into a folder. */
export async function train(argv: readonly string[]): Promise<void> {
  const options = parseTrainOptions(argv);
  // A mistyped folder shows now, not after the weights have been fetched.
  const listed =
    options.data === undefined ? undefined : await listVideoDataset(options.data, splitOf(options, options.split));
  const progress = createProgress({ json: options.json, quiet: options.quiet });
  using interrupt = listenForInterrupt((text) => progress.line(text));
  await withResultsFolder(options.out, (folder) => new TrainingRun(options, progress, interrupt, folder).run(listed));
  if (interrupt.status !== undefined) process.exitCode = interrupt.status;
}

/** How the data set is divided, in the form that the run remembers. */
function splitOf(options: TrainOptions, split = 'auto'): SplitOptions {
  return { ...splitOptionsFrom(options, options.seed), split: parseSplit(split) };
}

class TrainingRun {
  constructor(
    private readonly options: TrainOptions,
    private readonly progress: ProgressSink,
    private readonly interrupt: Interrupt,
    private readonly folder: RunFolder,
  ) {}

  /** `listed`: the folder of videos that the user named. */
  async run(listed: DatasetIndex | undefined): Promise<void> {
    const { options, progress } = this;
    const { signal } = this.interrupt;
    const addon = loadAddon();
    const device = await deviceFor(addon, options);
    progress.line(
      `Device: ${device.description}; TensorFlow ${addon.tensorFlowVersion()}, OpenCV ${addon.openCvVersion()}`,
    );
    await checkModelFolder(this.folder.resolve('model'));
    const inputs = await findTrainingInputs(options, { addon, progress, signal });
    const { record, dataset, model } = await this.open(addon, inputs, listed);
    using trainer = this.trainer(addon, device, model, dataset, inputs);
    const { test } = dataset;
    const fitted = await rememberDataset(this.folder, record, async (keep) => {
      const result = await trainer.fit(dataset.train, {
        epochs: inputs.settings.epochs,
        ...(options.validation ? { validation: dataset.validation } : {}),
        signal,
      });
      // Nothing was learned: an earlier run's model in the folder is worth more.
      if (trainer.steps === 0) signal.throwIfAborted();
      // The model is safe before anything else can fail.
      await keep(() => saveModel(trainer.model, this.folder.resolve('model'), { addon }));
      return result;
    });
    const evaluation = signal.aborted ? undefined : await this.evaluate(trainer, test);
    this.warnOfVideos(dataset);
    await writeProfile(device, options, progress);
    await this.report(inputs, dataset, fitted, evaluation);
  }

  private async open(
    addon: Addon,
    inputs: TrainingInputs,
    listed: DatasetIndex | undefined,
  ): Promise<{ record: DatasetRecord; dataset: LoadedVideoDataset; model: MovinetModel }> {
    const { options, progress } = this;
    const { clip, batchSize, unfreeze } = inputs.settings;
    const { seed, strict, decodeThreads: threads } = options;
    const note = gateNote(inputs.model, inputs.weights, options.gating);
    if (note !== undefined) progress.line(note);
    const overrides = trainingOverrides(inputs.model, inputs.weights, {
      ...(options.gating ? { gatingActivation: options.gating } : {}),
      dropoutRate: options.dropout,
      stochasticDepthDropRate: options.stochasticDepth,
      weightDecay: options.weightDecay,
    });
    const split = splitOf(options, inputs.split);
    const listing = Promise.resolve(
      listed ?? listVideoDataset(inputs.dataFolder, { ...split, signal: this.interrupt.signal }),
    );
    const [videos, record, backbone] = await Promise.all([
      listing,
      listing.then((index) => recordDataset(inputs.dataFolder, split, index)),
      readBackbone(inputs.model, inputs.prefix, { overrides, addon }),
    ]);
    const dataset = new LoadedVideoDataset(videos, {
      ...{ addon, clip, batchSize, seed, strict, reading: readingFrom(options) },
      ...viewsFrom(options),
      ...(threads === undefined ? {} : { threads }),
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
    const model = createTransferModel(
      {
        id: inputs.model,
        task: dataset.task,
        clip,
        overrides,
      },
      backbone,
      seededUniform(seed),
    );
    progress.line(
      `Model: ${inputs.model}, ${unfreeze === 'head' ? 'a new head learns' : `a new head and ${unfreeze === 'all' ? 'all' : `the stages from ${unfreeze} on`} learn`}; ` +
        `clips of ${clip.frames} frames, ${describeSpacing(clip.every)}, ${clip.size}²` +
        (options.augment?.length ? `, augmented: ${describeAugmentations(options.augment)}` : ''),
    );
    progress.line(`Weights: ${inputs.weights}`);
    return { record, dataset, model };
  }

  private trainer(
    addon: Addon,
    device: ChosenDevice,
    model: MovinetModel,
    dataset: LoadedVideoDataset,
    { settings }: TrainingInputs,
  ): Trainer {
    const { epochs, batchSize, learningRate, schedule, unfreeze } = settings;
    const steps = epochs * Math.ceil(dataset.train.clipCount / batchSize);
    return new Trainer({
      addon,
      model,
      optimizer: adam({ learningRate: schedule === 'cosine' ? cosineDecay(learningRate, steps) : learningRate }),
      loss: defaultLoss(model.task.kind, { labelSmoothing: this.options.labelSmoothing }),
      unfreeze,
      session: device.config,
      seed: this.options.seed,
      callbacks: [trainerProgress(this.progress)],
    });
  }

  /** Undefined where it was interrupted. */
  private async evaluate(trainer: Trainer, test: LoadedVideoDataset['test']): Promise<Evaluation | undefined> {
    const { signal } = this.interrupt;
    try {
      return await trainer.evaluate(test, { signal });
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }

  /** Once, at the end: some show only while they are decoded. */
  private warnOfVideos(dataset: LoadedVideoDataset): void {
    warnOfVideos(this.progress, reportOf(dataset), dataset.train.clip.short);
  }

  private async report(
    inputs: TrainingInputs,
    dataset: LoadedVideoDataset,
    { epochs, stopped }: FitResult,
    evaluation: Evaluation | undefined,
  ): Promise<void> {
    const { classes } = dataset;
    const special = reportOf(dataset);
    const { options, folder } = this;
    const history: History = {
      epochs,
      ...(evaluation ? { evaluate: { loss: evaluation.loss, accuracy: evaluation.accuracy } } : {}),
      classes: [...classes],
      config: {
        model: inputs.model,
        weights: inputs.weights,
        data: inputs.dataFolder,
        split: formatSplit(dataset.videos.rule),
        ...dataConfig(splitOptionsFrom(options, undefined)),
        task: dataset.task.kind,
        train_clips: dataset.train.clipCount,
        test_clips: dataset.test.clipCount,
        skipped: special.skipped.length,
        damaged: special.damaged.length,
        broken_off: special.brokenOff.length,
        short_videos: special.short.length,
        other_rates: special.otherRates.length,
        ...configOf(inputs.settings),
        ...viewConfig(options),
        seed: options.seed,
        dropout: options.dropout,
        stochastic_depth: options.stochasticDepth,
        weight_decay: options.weightDecay,
        label_smoothing: options.labelSmoothing,
        device: options.device ?? 'auto',
      },
    };
    await folder.writeReports({ history, ...(evaluation ? evaluationResults(evaluation, dataset.task) : {}) });
    const ended = stopped ? `Interrupted after ${epochs.length} of ${inputs.settings.epochs} epochs. ` : '';
    const accuracy = evaluation
      ? `${accuracyName(dataset.task)} ${(100 * evaluation.accuracy).toFixed(1)} % on ${describeViews(evaluation.clips.length, partViews(dataset.test).views, 'test')} (loss ${evaluation.loss.toFixed(4)}). `
      : '';
    createOutput({ json: options.json }).result(
      { ...history, ...specialVideos(special), notes: [...dataset.notes, ...dataset.warnings], out: folder.path },
      `${ended}${accuracy}Results are in ${folder.path}: open report.html there; the model is in ${folder.path}/model`,
    );
  }
}

const reportOf = ({ report, skipped }: LoadedVideoDataset): VideoReport => ({ ...report, skipped });

/** Which clips of each video, where the defaults are not wanted. */
function viewsFrom({ clipsPerVideo, evaluationClips, crops, augment }: TrainOptions): LoadVideoDatasetOptions {
  return {
    ...(clipsPerVideo === undefined ? {} : { clipsPerVideo }),
    ...(evaluationClips === undefined ? {} : { evaluationClips }),
    ...(crops === undefined ? {} : { crops }),
    ...(augment === undefined ? {} : { augment }),
  };
}

/** By the names of the command's options, as JSON names them. */
function configOf(settings: TrainingInputs['settings']): Record<string, string | number> {
  const { clip, batchSize, epochs, learningRate, schedule, unfreeze } = settings;
  return {
    ...clipConfig(clip),
    ...{ batch_size: batchSize, epochs },
    ...{ learning_rate: learningRate, schedule, unfreeze },
  };
}
