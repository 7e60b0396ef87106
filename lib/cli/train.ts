import { LoadedVideoDataset } from '../data/load-video-dataset';
import { formatSplit, parseSplit } from '../data/lists/splits';
import { type DatasetIndex, listVideoDataset } from '../data/lists/video-dataset';
import type { DamagedVideo, SkippedVideo } from '../data/video/broken-videos';
import { createTransferModel, type MovinetModel } from '../model/movinet-model';
import { loadAddon, type Addon } from '../native/addon';
import type { History } from '../metrics/history';
import type { RunFolder } from '../report/run-folder';
import { readBackbone, saveModel, seededUniform, trainingOverrides } from '../model/classifier';
import type { ChosenDevice } from '../runtime/device';
import type { Evaluation } from '../metrics/evaluation';
import { sparseCategoricalCrossEntropy } from '../learning/loss';
import { adam } from '../learning/optimizer';
import { cosineDecay } from '../learning/schedule';
import { Trainer, type FitResult } from '../training/trainer';
import { checkModelFolder } from '../model/model-folder';
import { listenForInterrupt, type Interrupt } from './program/interrupt';
import { createOutput, withResultsFolder } from './program/results';
import { gateNote } from '../model/open-model';
import { readingFrom } from './program/reading-options';
import { deviceFor, writeProfile } from './program/run-options';
import { createProgress } from './terminal/progress';
import type { ProgressSink } from './terminal/progress-sink';
import { evaluationResults } from '../report/results';
import { trainerProgress } from './terminal/trainer-progress';
import { showIndexing, warnOfDamaged, warnOfSkipped } from './terminal/video-messages';
import { parseTrainOptions, type TrainOptions } from './train-options';
import { findTrainingInputs, type TrainingInputs } from './training-inputs';

/** `npm run train`: fine-tunes a classifier and writes its results into a folder. */
export async function train(argv: readonly string[]): Promise<void> {
  const options = parseTrainOptions(argv);
  // A mistyped folder shows now, not after the weights have been fetched.
  const listed = options.data === undefined ? undefined : await list(options.data, options.split ?? 'auto', options);
  const progress = createProgress({ json: options.json, quiet: options.quiet });
  using interrupt = listenForInterrupt((text) => progress.line(text));
  await withResultsFolder(options.out, (folder) => new TrainingRun(options, progress, interrupt, folder).run(listed));
  if (interrupt.status !== undefined) process.exitCode = interrupt.status;
}

function list(folder: string, split: string, { seed }: TrainOptions, signal?: AbortSignal): Promise<DatasetIndex> {
  return listVideoDataset(folder, { split: parseSplit(split), seed, signal });
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
    const { dataset, model } = await this.open(addon, inputs, listed);
    using trainer = this.trainer(addon, device, model, dataset, inputs);
    const { train, test, validation } = dataset;
    const fitted = await trainer.fit(train, {
      epochs: inputs.settings.epochs,
      ...(options.validation ? { validation } : {}),
      signal,
    });
    // Nothing was learned: an earlier run's model in the folder is worth more.
    if (trainer.steps === 0) signal.throwIfAborted();
    // The model is safe before anything else can fail.
    await saveModel(trainer.model, this.folder.resolve('model'), { addon });
    const evaluation = signal.aborted ? undefined : await this.evaluate(trainer, test);
    this.warnOfVideos(dataset);
    await writeProfile(device, options, progress);
    await this.report(inputs, dataset, fitted, evaluation);
  }

  private async open(
    addon: Addon,
    inputs: TrainingInputs,
    listed: DatasetIndex | undefined,
  ): Promise<{ dataset: LoadedVideoDataset; model: MovinetModel }> {
    const { options, progress } = this;
    const { size, frames, frameStep, batchSize, unfreeze } = inputs.settings;
    const { seed, strict, decodeThreads: threads } = options;
    const note = gateNote(inputs.model, inputs.weights, options.gating);
    if (note !== undefined) progress.line(note);
    const overrides = trainingOverrides(inputs.model, inputs.weights, {
      ...(options.gating ? { gatingActivation: options.gating } : {}),
      dropoutRate: options.dropout,
      stochasticDepthDropRate: options.stochasticDepth,
      weightDecay: options.weightDecay,
    });
    const [videos, backbone] = await Promise.all([
      listed ?? list(inputs.dataFolder, inputs.split, options, this.interrupt.signal),
      readBackbone(inputs.model, inputs.prefix, { overrides, addon }),
    ]);
    const dataset = new LoadedVideoDataset(videos, {
      ...{ addon, size, frames, frameStep, batchSize, seed, strict, reading: readingFrom(options) },
      ...(threads === undefined ? {} : { threads }),
      onProgress: showIndexing(progress),
    });
    const { classes, train, test } = dataset;
    progress.line(
      `Data: ${inputs.dataFolder}, split ${formatSplit(videos.rule)}: ${classes.length} classes, ${train.clipCount} train and ` +
        `${test.clipCount} test videos`,
    );
    const model = createTransferModel(
      {
        id: inputs.model,
        classes,
        clip: { size, frames, frameStep },
        overrides,
      },
      backbone,
      seededUniform(seed),
    );
    progress.line(
      `Model: ${inputs.model}, ${unfreeze === 'head' ? 'a new head learns' : `a new head and ${unfreeze === 'all' ? 'all' : `the stages from ${unfreeze} on`} learn`}; ` +
        `clips of ${frames} frames, frame step ${frameStep}, ${size}²`,
    );
    progress.line(`Weights: ${inputs.weights}`);
    return { dataset, model };
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
      loss: sparseCategoricalCrossEntropy({ labelSmoothing: this.options.labelSmoothing }),
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
    const { train } = dataset;
    warnOfSkipped(this.progress, skippedOf(dataset));
    warnOfDamaged(this.progress, damagedOf(dataset));
    const short = train.report.shortClips;
    if (short > 0) {
      this.progress.line(
        `${short} of ${train.clipCount} training clips end in zero frames: their videos are shorter than a clip`,
      );
    }
  }

  private async report(
    inputs: TrainingInputs,
    dataset: LoadedVideoDataset,
    { epochs, stopped }: FitResult,
    evaluation: Evaluation | undefined,
  ): Promise<void> {
    const { classes } = dataset;
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
        train_clips: dataset.train.clipCount,
        test_clips: dataset.test.clipCount,
        skipped: skippedOf(dataset).length,
        damaged: damagedOf(dataset).length,
        ...configOf(inputs.settings),
        seed: options.seed,
        dropout: options.dropout,
        stochastic_depth: options.stochasticDepth,
        weight_decay: options.weightDecay,
        label_smoothing: options.labelSmoothing,
        device: options.device ?? 'auto',
      },
    };
    await folder.writeReports({ history, ...(evaluation ? evaluationResults(evaluation, classes) : {}) });
    const ended = stopped ? `Interrupted after ${epochs.length} of ${inputs.settings.epochs} epochs. ` : '';
    const accuracy = evaluation
      ? `Accuracy ${(100 * evaluation.accuracy).toFixed(1)} % on ${evaluation.clips.length} test clips (loss ${evaluation.loss.toFixed(4)}). `
      : '';
    createOutput({ json: options.json }).result(
      { ...history, out: folder.path },
      `${ended}${accuracy}Results are in ${folder.path}: open report.html there; the model is in ${folder.path}/model`,
    );
  }
}

/** Of all parts, each once: a part may be validation and test at once. */
function skippedOf({ train, test, validation }: LoadedVideoDataset): SkippedVideo[] {
  return byPath([train, test, validation].flatMap(({ report }) => report.skipped));
}

function damagedOf({ train, test, validation }: LoadedVideoDataset): DamagedVideo[] {
  return byPath([train, test, validation].flatMap(({ report }) => report.damaged));
}

function byPath<Video extends { readonly path: string }>(videos: readonly Video[]): Video[] {
  return [...new Map(videos.map((video) => [video.path, video])).values()];
}

/** By the names of the command's options, as JSON names them. */
function configOf(settings: TrainingInputs['settings']): Record<string, string | number> {
  const { size, frames, frameStep, batchSize, epochs, learningRate, schedule, unfreeze } = settings;
  return {
    ...{ size, frames, frame_step: frameStep, batch_size: batchSize, epochs },
    ...{ learning_rate: learningRate, schedule, unfreeze },
  };
}
