import { DivergedError } from '../../base/errors';
import { messageOf } from '../../base/shown';
import { recordJson, DATASET_RECORD } from '../../data/lists/record/dataset-record';
import type { Evaluation } from '../../metrics/evaluation';
import type { Ended } from '../../metrics/history/history';
import { shownMetrics } from '../../metrics/shown';
import { saveModel } from '../../model/classifier';
import { checkModelFolder, isModelFolder } from '../../model/model-folder';
import type { MovinetModel } from '../../model/movinet-model';
import { softwareVersions } from '../../model/training-record';
import type { RunFolder } from '../../report/run-folder';
import type { RunState } from '../../training/run-state';
import { RunStore } from '../../training/store/run-store';
import { Trainer } from '../../training/trainer';
import type { FitOptions } from '../../training/fit-options';
import { writeProfile } from '../program/run-options';
import { warnOfVideos } from '../terminal/video-messages';
import { CHECKPOINTS, MODEL, removeRun } from './saved/earlier-run';
import { endedByError, endedInOrder, type Reached, running } from './ended';
import { secondsOf } from './options/times';
import { runJson } from './saved/options-of-run';
import { type Found, prepare, type Prepared, type RunContext } from './prepare';
import { lastCheckpoint, type ResumedRun, withFlagsOfDifferences } from './saved/resume';
import { type ResultsPlace, runCallbacks } from './run-callbacks';
import { RunReport, specialOf } from './run-report';
import { RUN_FILE } from './saved/saved-run';
import { limitLine } from './telling';
import { trainingRecordOf } from './training-record';

/** The parts of a run that is ready to train. */
interface Ready extends Prepared {
  readonly run: Trainer;
  readonly report: RunReport;
  /** Writes a model into the run's folder, with what it remembers of its training. */
  readonly keepModel: (model: MovinetModel, state: RunState) => Promise<void>;
}

/** A run of the command in its folder: trains, keeps what was learned however it ends, evaluates and reports. */
export class TrainingRun {
  /** Whether the folder is this run's. */
  private begun = false;

  constructor(
    private readonly context: RunContext,
    private readonly folder: RunFolder,
  ) {}

  async run(found: Found): Promise<void> {
    const { folder, context } = this;
    const { options, addon, progress, metrics, monitor } = context;
    const { resumed } = found;
    await checkModelFolder(folder.resolve(MODEL));
    const prepared = await prepare(context, found, async () =>
      resumed ? await lastCheckpoint(folder.path, folder.resolve(CHECKPOINTS), context) : undefined,
    );
    const { record, checkpoint, inputs, plan } = prepared;
    const { epochs } = inputs.settings;
    const versions = softwareVersions(addon);
    const keepModel = async (learned: MovinetModel, state: RunState): Promise<void> => {
      const training = trainingRecordOf({ options, inputs, record, state, versions });
      await saveModel(learned.withTraining(training), folder.resolve(MODEL), { addon });
    };
    const report = new RunReport({ options, ...prepared, shown: shownMetrics(metrics) }, folder, context);
    const recordText = await recordJson(record);
    const place: ResultsPlace = {
      checkpoints: folder.resolve(CHECKPOINTS),
      begin: async () => {
        if (options.overwrite) await removeRun(folder);
        // A folder with the options to go on with has the record too.
        if (resumed?.record === undefined) await folder.writeAtomically(DATASET_RECORD, recordText);
        await folder.writeAtomically(RUN_FILE, runJson(options, inputs, plan));
        this.begun = true;
      },
      write: async (learned, state) => {
        await keepModel(learned, state);
        await report.write({ state, ended: running({ epochs: state.epoch, of: epochs }) });
      },
    };
    const callbacks = runCallbacks(options, { metrics, monitor }, place, progress);
    using trainer = new Trainer({ ...prepared.trainer, callbacks });
    if (checkpoint) await goingOn(() => trainer.restore(checkpoint.snapshot));
    await this.trainAndReport({ ...prepared, run: trainer, report, keepModel }, resumed);
    await writeProfile(prepared.device, options, progress);
  }

  /** However it ends, what was learned is kept and reported. Throws what ended it, unless that was a signal. */
  private async trainAndReport(ready: Ready, resumed: ResumedRun | undefined): Promise<void> {
    const { run, sources, report, inputs } = ready;
    const { signal, progress } = this.context;
    const reached = (): Reached => ({ epochs: run.state.epoch, of: inputs.settings.epochs });
    if (reached().epochs >= inputs.settings.epochs)
      progress.line(
        `The run is complete, with ${run.state.epoch} epochs: it is evaluated and reported again; more epochs in all go on with it`,
      );
    let ended: Ended;
    try {
      const { stopped } = await goingOn(() => run.fit(sources.train, this.fitOptions(ready)));
      ended = endedInOrder(reached(), stopped);
    } catch (error) {
      if (!this.begun) {
        // Which videos a run that goes on misses is told by their warnings.
        if (resumed) this.warnOfVideos(ready);
        throw error;
      }
      ended = endedByError(reached(), error, { interrupted: signal.aborted });
      if (run.state.step > 0) await this.keepAfter(error, ready, ended);
      if (resumed === undefined && !(await this.holdsLearned())) {
        await removeRun(this.folder);
        throw error;
      }
      if (!signal.aborted) throw error;
      report.print({ state: run.state, ended });
      return;
    }
    // The model is safe before anything else can fail.
    await ready.keepModel(run.model, run.state);
    const evaluation = await this.evaluate(ready);
    this.warnOfVideos(ready);
    const limit = limitLine(run.state.history);
    if (limit !== undefined) progress.line(limit);
    await report.write({ state: run.state, ended, evaluation });
    report.print({ state: run.state, ended, evaluation });
  }

  private fitOptions({ sources: { validation }, inputs }: Ready): FitOptions {
    const { options, signal } = this.context;
    const { maxSteps, maxTime, validateEvery } = options;
    return {
      ...{ untilEpoch: inputs.settings.epochs, signal },
      ...(validation === undefined ? {} : { validation }),
      ...(maxSteps === undefined ? {} : { maxSteps }),
      ...(maxTime === undefined ? {} : { maxSeconds: secondsOf(maxTime) }),
      ...(validateEvery === undefined ? {} : { validateEvery }),
    };
  }

  /** Writes what can be written of a run that an error ended; that error says why, not what fails afterwards. */
  private async keepAfter(error: unknown, { run, report, keepModel, ...opened }: Ready, ended: Ended): Promise<void> {
    const { state } = run;
    const { signal, progress } = this.context;
    try {
      // Where it diverged, the model is that of the last whole epoch.
      if (!(error instanceof DivergedError) || state.epoch > 0) await keepModel(run.model, state);
      await report.write({ state, ended });
    } catch (failure) {
      if (signal.aborted) throw failure;
      progress.warn(`The results are not all written: ${messageOf(failure)}`);
    }
    this.warnOfVideos(opened);
  }

  /** Whether anything that was learned is in the folder. */
  private async holdsLearned(): Promise<boolean> {
    if (await isModelFolder(this.folder.resolve(MODEL))) return true;
    const { addon } = this.context;
    const stored = await new RunStore(this.folder.resolve(CHECKPOINTS), { addon }).list();
    return stored.some(({ step }) => step > 0);
  }

  /** Undefined where it was interrupted. */
  private async evaluate({ run, sources, report, inputs }: Ready): Promise<Evaluation | undefined> {
    const { signal } = this.context;
    try {
      return await run.evaluate(sources.test, { signal });
    } catch (error) {
      if (signal.aborted) return undefined;
      const { state } = run;
      const reached = { epochs: state.epoch, of: inputs.settings.epochs };
      await report.write({ state, ended: endedByError(reached, error, { interrupted: false }) });
      throw error;
    }
  }

  /** Once, at the end: some show only while they are decoded. */
  private warnOfVideos({ dataset }: Pick<Ready, 'dataset'>): void {
    warnOfVideos(this.context.progress, specialOf(dataset), dataset.train.clip.short);
  }
}

async function goingOn<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw withFlagsOfDifferences(error);
  }
}
