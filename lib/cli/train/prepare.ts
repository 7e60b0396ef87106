import { batchCount } from '../../data/clip-source';
import type { DatasetIndex } from '../../data/lists/video-dataset';
import { checkMetrics } from '../../metrics/meters';
import type { Metric } from '../../metrics/metric';
import type { Addon } from '../../native/addon';
import type { ChosenDevice } from '../../runtime/device';
import type { LoadedSnapshot } from '../../training/store/run-store';
import type { TrainerOptions } from '../../training/trainer-options';
import { deviceFor } from '../program/run-options';
import type { ProgressSink } from '../terminal/progress-sink';
import { noteIdle } from './early-checks';
import { findTrainingInputs, type TrainedModel, type TrainingInputs } from './inputs';
import { learningChoices } from './learning/choices';
import { type LearningPlan, learningPlan, type RunLength, runLength } from './learning/plan';
import { type Opened, openTraining } from './open-training';
import type { TrainOptions } from './options';
import { type ResumedRun, savedPlan } from './saved/resume';
import { type RunSources, sourcesOf } from './sources';
import { seedLine } from './telling';

/** What was found before anything is written. */
export interface Found {
  /** What the run goes on from: a trained model. */
  readonly trained: TrainedModel | undefined;
  /** The folder of videos that the user named. */
  readonly listed: DatasetIndex | undefined;
  /** The run that is gone on with. */
  readonly resumed: ResumedRun | undefined;
}

/** What a run works with besides what was found. */
export interface RunContext {
  readonly options: TrainOptions;
  readonly addon: Addon;
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
  readonly metrics: readonly Metric[];
  readonly monitor: string;
}

/** A run that could begin: its data are listed, its model is read, and nothing is decoded or written. */
export interface Prepared extends Opened {
  readonly inputs: TrainingInputs;
  readonly device: ChosenDevice;
  readonly sources: RunSources;
  readonly length: RunLength;
  readonly plan: LearningPlan;
  /** Its trainer's options, callbacks aside. */
  readonly trainer: TrainerOptions;
}

/** Finds, fetches and reads what a run needs, and tells what it is. `checkpoint`: looked for between device and data. Throws what each of them throws. */
export async function prepare(
  context: RunContext,
  found: Found,
  checkpoint: () => Promise<LoadedSnapshot | undefined> = () => Promise.resolve(undefined),
): Promise<Prepared & { readonly checkpoint: LoadedSnapshot | undefined }> {
  const { options, addon, progress, metrics, monitor } = context;
  const { trained, resumed } = found;
  const device = await deviceFor(addon, options);
  progress.line(
    `Device: ${device.description}; TensorFlow ${addon.tensorFlowVersion()}, OpenCV ${addon.openCvVersion()}`,
  );
  progress.line(seedLine(options.seed, device));
  noteIdle(options, progress);
  const loaded = await checkpoint();
  const inputs = recordedInputs(await findTrainingInputs(options, context, trained), resumed);
  const opened = await openTraining(options, inputs, context, found);
  const { dataset, model } = opened;
  checkMetrics(metrics, dataset.task);
  const sources = sourcesOf(dataset, options);
  if (sources.note !== undefined) progress.line(sources.note);
  const { settings } = inputs;
  const length = runLength(batchCount(sources.train), settings.epochs, options);
  const plan = (resumed && savedPlan(resumed, options)) ?? learningPlan(options, settings, length, model);
  const trainer: TrainerOptions = {
    ...{ addon, model, metrics, monitor, unfreeze: settings.unfreeze, session: device.config, ...plan },
    ...learningChoices(options, model.task.kind),
    onWarning: (text) => progress.warn(text),
  };
  return { ...opened, inputs, device, sources, length, plan, trainer, checkpoint: loaded };
}

/** The data of a run that goes on are those that it recorded. */
function recordedInputs(inputs: TrainingInputs, resumed: ResumedRun | undefined): TrainingInputs {
  const recorded = resumed?.record;
  return recorded === undefined ? inputs : { ...inputs, recorded, dataFolder: recorded.data };
}
