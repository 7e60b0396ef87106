import { batchCount } from '../data/clip-source';
import { DivergedError } from '../base/errors';
import { recordJson, DATASET_RECORD } from '../data/lists/record/dataset-record';
import { type DatasetIndex, listVideoDataset } from '../data/lists/video-dataset';
import { FolderLock } from '../io/guard/folder-lock';
import type { Evaluation } from '../metrics/evaluation';
import type { Ended } from '../metrics/history';
import { chosenMetrics } from '../metrics/meters';
import { shownMetrics } from '../metrics/shown';
import { saveModel } from '../model/classifier';
import { checkModelFolder, isModelFolder } from '../model/model-folder';
import type { MovinetModel } from '../model/movinet-model';
import { softwareVersions } from '../model/training-record';
import { loadAddon } from '../native/addon';
import type { RunFolder } from '../report/run-folder';
import type { ChosenDevice } from '../runtime/device';
import type { RunState } from '../training/run-state';
import { RunStore } from '../training/store/run-store';
import { Trainer } from '../training/trainer';
import { listenForInterrupt, type Interrupt } from './program/interrupt';
import { openProgress } from './program/options';
import { withResultsFolder } from './program/results';
import { deviceFor, writeProfile } from './program/run-options';
import type { ProgressSink } from './terminal/progress-sink';
import { warnOfVideos } from './terminal/video-messages';
import { CHECKPOINTS, checkOverwrite, MODEL, refuseEarlierRun, removeRun } from './train/earlier-run';
import { endedByError, endedInOrder, type Reached, running } from './train/ended';
import { findTrainedModel, findTrainingInputs, type TrainedModel, type TrainingInputs } from './train/inputs';
import { lossOf, monitorOf, optimizerOf } from './train/learning';
import { type Opened, openTraining, splitOf } from './train/open-training';
import { parseTrainOptions, type TrainOptions } from './train/options';
import { runJson } from './train/options-of-run';
import {
  findResumedRun,
  lastCheckpoint,
  type ResumedRun,
  savedOptimizer,
  withFlagsOfDifferences,
} from './train/resume';
import { type ResultsPlace, runCallbacks } from './train/run-callbacks';
import { RunReport, specialOf } from './train/run-report';
import { RUN_FILE } from './train/saved-run';
import { trainingRecordOf } from './train/training-record';

/** What was found before anything is written. */
interface Found {
  /** What the run goes on from: a trained model. */
  readonly trained: TrainedModel | undefined;
  /** The folder of videos that the user named. */
  readonly listed: DatasetIndex | undefined;
  /** The run that is gone on with. */
  readonly resumed: ResumedRun | undefined;
}

/** `npm run train`: fine-tunes a classifier and writes its results into a folder. */
export async function train(argv: readonly string[]): Promise<void> {
  const { configuration, ...options } = parseTrainOptions(argv);
  const { out, resume, overwrite } = options;
  if (out !== undefined && !resume && !overwrite) await refuseEarlierRun(out);
  if (out !== undefined && overwrite) await checkOverwrite(out, [options.model, options.weights]);
  const resumed = await findResumedRun(options);
  const trained = await findTrainedModel(options);
  // A mistyped folder shows now, not after the weights have been fetched.
  const listed =
    options.data === undefined || resumed?.record !== undefined
      ? undefined
      : await listVideoDataset(options.data, splitOf(options, options.split, trained));
  const progress = openProgress({ ...options, ...(configuration && !resume ? { configuration } : {}) });
  using interrupt = listenForInterrupt((text) => progress.line(text));
  await withResultsFolder(out, async (folder) => {
    const lock = await FolderLock.take(folder.path);
    try {
      await new TrainingRun(options, progress, interrupt, folder).run({ trained, listed, resumed });
    } finally {
      await lock.release();
    }
  });
  if (interrupt.status !== undefined) process.exitCode = interrupt.status;
}

/** The parts of a run that is ready to train. */
interface Ready extends Opened {
  readonly inputs: TrainingInputs;
  readonly trainer: Trainer;
  readonly report: RunReport;
  /** Writes a model into the run's folder, with what it remembers of its training. */
  readonly keepModel: (model: MovinetModel, state: RunState) => Promise<void>;
}

class TrainingRun {
  private readonly metrics;
  private readonly shown;
  private readonly monitor;
  private readonly addon = loadAddon();
  /** Whether the folder is this run's. */
  private begun = false;

  constructor(
    private readonly options: TrainOptions,
    private readonly progress: ProgressSink,
    private readonly interrupt: Interrupt,
    private readonly folder: RunFolder,
  ) {
    this.metrics = chosenMetrics(options.metrics);
    this.shown = shownMetrics(this.metrics);
    this.monitor = monitorOf(options, this.metrics);
  }

  async run(found: Found): Promise<void> {
    const { options, progress, addon, folder } = this;
    const { signal } = this.interrupt;
    const { trained, resumed } = found;
    const device = await deviceFor(addon, options);
    progress.line(
      `Device: ${device.description}; TensorFlow ${addon.tensorFlowVersion()}, OpenCV ${addon.openCvVersion()}`,
    );
    await checkModelFolder(folder.resolve(MODEL));
    const context = { addon, progress, signal };
    const checkpoint = resumed && (await lastCheckpoint(folder.path, folder.resolve(CHECKPOINTS), context));
    const inputs = recordedInputs(await findTrainingInputs(options, context, trained), resumed);
    const opened = await openTraining(options, inputs, context, found);
    const { record, dataset, model } = opened;
    const { epochs } = inputs.settings;
    const steps = epochs * batchCount(dataset.train);
    const optimizer = (resumed && savedOptimizer(resumed, options)) ?? optimizerOf(options, inputs.settings, steps);
    const versions = await softwareVersions(addon);
    const keepModel = async (learned: MovinetModel, state: RunState): Promise<void> => {
      const training = trainingRecordOf({ options, inputs, record, state, versions });
      await saveModel(learned.withTraining(training), folder.resolve(MODEL), { addon });
    };
    const report = new RunReport({ options, inputs, model, dataset, shown: this.shown }, folder);
    const recordText = await recordJson(record);
    using trainer = this.trainer(device, opened, inputs, optimizer, {
      checkpoints: folder.resolve(CHECKPOINTS),
      begin: async () => {
        if (options.overwrite) await removeRun(folder);
        // A folder with the options to go on with has the record too.
        if (resumed?.record === undefined) await folder.writeAtomically(DATASET_RECORD, recordText);
        await folder.writeAtomically(RUN_FILE, runJson(options, inputs, optimizer));
        this.begun = true;
      },
      write: async (learned, state) => {
        await keepModel(learned, state);
        await report.write({ state, ended: running({ epochs: state.epoch, of: epochs }) });
      },
    });
    if (checkpoint) await goingOn(() => trainer.restore(checkpoint.snapshot));
    await this.trainAndReport({ ...opened, inputs, trainer, report, keepModel }, resumed);
    await writeProfile(device, options, progress);
  }

  private trainer(
    device: ChosenDevice,
    { model }: Opened,
    { settings: { unfreeze } }: TrainingInputs,
    optimizer: ReturnType<typeof optimizerOf>,
    place: ResultsPlace,
  ): Trainer {
    const { options, progress, metrics, monitor, addon } = this;
    const { seed, batchNorm } = options;
    return new Trainer({
      ...{ addon, model, optimizer, unfreeze, seed, metrics, monitor },
      loss: lossOf(options, model.task.kind),
      ...(batchNorm === undefined ? {} : { batchNorm }),
      session: device.config,
      onWarning: (text) => progress.warn(text),
      callbacks: runCallbacks(options, { metrics, monitor }, place, progress),
    });
  }

  /** However it ends, what was learned is kept and reported. Throws what ended it, unless that was a signal. */
  private async trainAndReport(ready: Ready, resumed: ResumedRun | undefined): Promise<void> {
    const { trainer, dataset, report, inputs } = ready;
    const { signal } = this.interrupt;
    const reached = (): Reached => ({ epochs: trainer.state.epoch, of: inputs.settings.epochs });
    if (reached().epochs >= inputs.settings.epochs)
      this.progress.line(
        `The run is complete, with ${trainer.state.epoch} epochs: it is evaluated and reported again; more epochs in all go on with it`,
      );
    let ended: Ended;
    try {
      const validation = this.options.validation ? { validation: dataset.validation } : {};
      const { stopped } = await goingOn(() =>
        trainer.fit(dataset.train, { untilEpoch: inputs.settings.epochs, ...validation, signal }),
      );
      ended = endedInOrder(reached(), stopped);
    } catch (error) {
      if (!this.begun) {
        // Which videos a run that goes on misses is told by their warnings.
        if (resumed) this.warnOfVideos(ready);
        throw error;
      }
      ended = endedByError(reached(), error, { interrupted: signal.aborted });
      if (trainer.state.step > 0) await this.keepAfter(error, ready, ended);
      if (resumed === undefined && !(await this.holdsLearned())) {
        await removeRun(this.folder);
        throw error;
      }
      if (!signal.aborted) throw error;
      report.print({ state: trainer.state, ended });
      return;
    }
    // The model is safe before anything else can fail.
    await ready.keepModel(trainer.model, trainer.state);
    const evaluation = await this.evaluate(ready);
    this.warnOfVideos(ready);
    await report.write({ state: trainer.state, ended, evaluation });
    report.print({ state: trainer.state, ended, evaluation });
  }

  /** Writes what can be written of a run that an error ended; that error says why, not what fails afterwards. */
  private async keepAfter(
    error: unknown,
    { trainer, report, keepModel, ...opened }: Ready,
    ended: Ended,
  ): Promise<void> {
    const { state } = trainer;
    try {
      // Where it diverged, the model is that of the last whole epoch.
      if (!(error instanceof DivergedError) || state.epoch > 0) await keepModel(trainer.model, state);
      await report.write({ state, ended });
    } catch (failure) {
      if (this.interrupt.signal.aborted) throw failure;
      this.progress.warn(
        `The results are not all written: ${failure instanceof Error ? failure.message : String(failure)}`,
      );
    }
    this.warnOfVideos(opened);
  }

  /** Whether anything that was learned is in the folder. */
  private async holdsLearned(): Promise<boolean> {
    if (await isModelFolder(this.folder.resolve(MODEL))) return true;
    const stored = await new RunStore(this.folder.resolve(CHECKPOINTS), { addon: this.addon }).list();
    return stored.some(({ step }) => step > 0);
  }

  /** Undefined where it was interrupted. */
  private async evaluate({ trainer, dataset, report, inputs }: Ready): Promise<Evaluation | undefined> {
    const { signal } = this.interrupt;
    try {
      return await trainer.evaluate(dataset.test, { signal });
    } catch (error) {
      if (signal.aborted) return undefined;
      const { state } = trainer;
      const reached = { epochs: state.epoch, of: inputs.settings.epochs };
      await report.write({ state, ended: endedByError(reached, error, { interrupted: false }) });
      throw error;
    }
  }

  /** Once, at the end: some show only while they are decoded. */
  private warnOfVideos({ dataset }: Pick<Ready, 'dataset'>): void {
    warnOfVideos(this.progress, specialOf(dataset), dataset.train.clip.short);
  }
}

/** The data of a run that goes on are those that it recorded. */
function recordedInputs(inputs: TrainingInputs, resumed: ResumedRun | undefined): TrainingInputs {
  const recorded = resumed?.record;
  return recorded === undefined ? inputs : { ...inputs, recorded, dataFolder: recorded.data };
}

async function goingOn<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw withFlagsOfDifferences(error);
  }
}
