import type { Described, Json } from '../../base/described';
import type { VideoReport } from '../../data/clip-report';
import type { LoadedVideoDataset } from '../../data/load-video-dataset';
import { formatSplit } from '../../data/lists/splits/rule';
import type { Evaluation } from '../../metrics/evaluation';
import { type Ended, HISTORY_FORMAT, type History, type RunEnvironment } from '../../metrics/history/history';
import type { ShownMetrics } from '../../metrics/shown';
import type { MovinetModel } from '../../model/movinet-model';
import { evaluationRecord, evaluationResults } from '../../report/results';
import type { RunFolder } from '../../report/run-folder';
import type { ChosenDevice } from '../../runtime/device';
import type { RunState } from '../../training/run-state';
import { clipConfig } from '../program/clip-options';
import { dataConfig, splitOptionsFrom } from '../program/data-options';
import { readingFrom } from '../program/reading-options';
import { createOutput, evaluationText, specialVideos } from '../program/results';
import { describeViews, viewConfig } from '../program/view-options';
import { mistakeStrips } from '../report/mistake-strips';
import { changedOptions, runEnvironment } from '../report/run-facts';
import type { TrainingInputs } from './inputs';
import { statesRate } from './learning/schedule';
import { type TrainOptions, trainTable } from './options';
import type { RunContext } from './prepare';
import type { RunSources } from './sources';

export interface ReportedRun {
  readonly options: TrainOptions;
  readonly inputs: TrainingInputs;
  readonly model: MovinetModel;
  readonly dataset: LoadedVideoDataset;
  readonly sources: RunSources;
  readonly shown: ShownMetrics;
  readonly device: ChosenDevice;
}

/** How far a run is, or how it ended. */
export interface Outcome {
  readonly state: RunState;
  readonly ended: Ended;
  readonly evaluation?: Evaluation | undefined;
}

/** What a run tells of itself: its history and page in its folder, and the result that is printed. */
export class RunReport {
  private environment: RunEnvironment | undefined;

  constructor(
    private readonly run: ReportedRun,
    private readonly folder: RunFolder,
    private readonly context: Pick<RunContext, 'addon' | 'signal'>,
  ) {}

  /** Writes the history and what is drawn from it. */
  async write(outcome: Outcome): Promise<void> {
    const { evaluation } = outcome;
    const { options, dataset, device } = this.run;
    const { addon, signal } = this.context;
    const { seed, decodeThreads } = options;
    this.environment ??= runEnvironment(addon, { device, seed, decodeThreads });
    const results = evaluation ? await evaluationResults(evaluation, dataset.task) : {};
    const { clip } = dataset.train;
    const strips = await mistakeStrips(results, { addon, clip, signal, reading: readingFrom(options) });
    const history = this.history(outcome);
    const changed = changedOptions(trainTable.options, options, history.config);
    await this.folder.writeReports({ history, ...results, strips, changed });
  }

  print(outcome: Outcome): void {
    const { ended, evaluation } = outcome;
    const { folder } = this;
    const { options, dataset } = this.run;
    const how = ended.kind === 'completed' ? '' : `${ended.why}. `;
    const measured = evaluation ? `${this.describe(evaluation)}. ` : '';
    createOutput({ json: options.json }).result(
      {
        format: HISTORY_FORMAT,
        ...this.history(outcome),
        ...specialVideos(specialOf(dataset)),
        notes: [...dataset.notes, ...dataset.warnings],
        out: folder.path,
      },
      `${how}${measured}Results are in ${folder.path}: open report.html there; the model is in ${folder.path}/model`,
    );
  }

  private history({ state, ended, evaluation }: Outcome): History {
    const { dataset, shown } = this.run;
    return {
      epochs: [...state.history],
      ...(state.validations.length > 0 && { validations: [...state.validations] }),
      ...(evaluation && { evaluate: evaluationRecord(evaluation) }),
      ended,
      metrics: shown,
      classes: [...dataset.classes],
      ...(this.environment && { environment: this.environment }),
      config: this.config(),
    };
  }

  private config(): Record<string, Json> {
    const { options, inputs, dataset, sources, model } = this.run;
    const { dropoutRate, stochasticDepthDropRate, weightDecay } = model.options;
    const special = specialOf(dataset);
    return {
      model: inputs.model,
      weights: inputs.weights,
      data: inputs.dataFolder,
      split: formatSplit(dataset.videos.rule),
      ...dataConfig(splitOptionsFrom(options, undefined)),
      task: dataset.task.kind,
      trainClips: sources.train.clipCount,
      testClips: sources.test.clipCount,
      skipped: special.skipped.length,
      damaged: special.damaged.length,
      brokenOff: special.brokenOff.length,
      shortVideos: special.short.length,
      otherRates: special.otherRates.length,
      ...learningConfig(options, inputs),
      ...viewConfig(options),
      ...{ seed: options.seed, dropoutRate, stochasticDepthDropRate, weightDecay },
      device: options.device ?? 'auto',
    };
  }

  private describe({ metrics, clips }: Evaluation): string {
    const { dataset, sources, shown } = this.run;
    // What is overfitted is none of the test's.
    const part = sources.test === sources.train ? 'train' : 'test';
    const on = describeViews(clips.length, sources.testViews, part);
    return evaluationText(metrics, shown, dataset.task, on);
  }
}

/** What was special about the videos so far: some shows only while they are decoded. */
export const specialOf = ({ report, skipped }: LoadedVideoDataset): VideoReport => ({ ...report, skipped });

/** Options that the history keeps where they were given. */
const KEPT = [
  ...['batchNorm', 'monitor', 'earlyStopping', 'reduceOnPlateau', 'warmupSteps', 'warmupEpochs', 'accumulate'],
  ...[
    'clipNorm',
    'clipGlobalNorm',
    'clipValue',
    'ema',
    'frozenEpochs',
    'stagesPerEpoch',
    'stageRates',
    'classWeights',
    'sampling',
  ],
  ...['maxSteps', 'maxTime', 'validateEvery', 'overfit', 'precision', 'pixels'],
] as const satisfies readonly (keyof TrainOptions)[];

/** By the names of the command's options, as JSON names them; descriptions where they stand for several. */
function learningConfig(options: TrainOptions, { settings }: TrainingInputs): Record<string, Json> {
  const { clip, batchSize, epochs, learningRate, schedule, unfreeze } = settings;
  const { optimizer, loss, labelSmoothing = 0, fixedClips, featureCache, fastDevRun, xla } = options;
  const kept = KEPT.map((name): [string, Json | undefined] => [name, options[name] as Json | undefined]);
  const rate = statesRate(schedule) ? { schedule: plain(schedule) } : { learningRate, schedule: plain(schedule) };
  return {
    ...clipConfig(clip),
    ...{ batchSize, epochs },
    ...(optimizer === undefined ? {} : { optimizer: plain(optimizer) }),
    ...(statesRate(optimizer) ? {} : rate),
    unfreeze,
    ...(loss === undefined ? { labelSmoothing } : { loss: plain(loss) }),
    ...(fixedClips ? { fixedClips } : {}),
    ...(featureCache ? {} : { featureCache }),
    ...(fastDevRun ? { fastDevRun } : {}),
    ...(xla ? { xla } : {}),
    ...Object.fromEntries(kept.filter((entry): entry is [string, Json] => entry[1] !== undefined)),
  };
}

const plain = (described: string | Described): Json => (typeof described === 'string' ? described : { ...described });
