import type { Described, Json } from '../../base/described';
import type { VideoReport } from '../../data/clip-report';
import type { LoadedVideoDataset } from '../../data/load-video-dataset';
import { formatSplit } from '../../data/lists/splits/rule';
import type { Evaluation } from '../../metrics/evaluation';
import { type Ended, HISTORY_FORMAT, type History } from '../../metrics/history';
import type { ShownMetrics } from '../../metrics/shown';
import type { MovinetModel } from '../../model/movinet-model';
import { evaluationRecord, evaluationResults } from '../../report/results';
import type { RunFolder } from '../../report/run-folder';
import type { RunState } from '../../training/run-state';
import { clipConfig } from '../program/clip-options';
import { dataConfig, splitOptionsFrom } from '../program/data-options';
import { createOutput, evaluationText, specialVideos } from '../program/results';
import { describeViews, partViews, viewConfig } from '../program/view-options';
import type { TrainingInputs } from './inputs';
import type { TrainOptions } from './options';

export interface ReportedRun {
  readonly options: TrainOptions;
  readonly inputs: TrainingInputs;
  readonly model: MovinetModel;
  readonly dataset: LoadedVideoDataset;
  readonly shown: ShownMetrics;
}

/** How far a run is, or how it ended. */
export interface Outcome {
  readonly state: RunState;
  readonly ended: Ended;
  readonly evaluation?: Evaluation | undefined;
}

/** What a run tells of itself: its history and page in its folder, and the result that is printed. */
export class RunReport {
  constructor(
    private readonly run: ReportedRun,
    private readonly folder: RunFolder,
  ) {}

  /** Writes the history and what is drawn from it. */
  async write(outcome: Outcome): Promise<void> {
    const { evaluation } = outcome;
    const { task } = this.run.dataset;
    await this.folder.writeReports({
      history: this.history(outcome),
      ...(evaluation ? evaluationResults(evaluation, task) : {}),
    });
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
      ...(evaluation && { evaluate: evaluationRecord(evaluation) }),
      ended,
      metrics: shown,
      classes: [...dataset.classes],
      config: this.config(),
    };
  }

  private config(): Record<string, Json> {
    const { options, inputs, dataset, model } = this.run;
    const { dropoutRate, stochasticDepthDropRate, weightDecay } = model.options;
    const special = specialOf(dataset);
    return {
      model: inputs.model,
      weights: inputs.weights,
      data: inputs.dataFolder,
      split: formatSplit(dataset.videos.rule),
      ...dataConfig(splitOptionsFrom(options, undefined)),
      task: dataset.task.kind,
      trainClips: dataset.train.clipCount,
      testClips: dataset.test.clipCount,
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
    const { dataset, shown } = this.run;
    const on = describeViews(clips.length, partViews(dataset.test).views, 'test');
    return evaluationText(metrics, shown, dataset.task, on);
  }
}

/** What was special about the videos so far: some shows only while they are decoded. */
export const specialOf = ({ report, skipped }: LoadedVideoDataset): VideoReport => ({ ...report, skipped });

/** By the names of the command's options, as JSON names them; descriptions where they stand for several. */
function learningConfig(options: TrainOptions, { settings }: TrainingInputs): Record<string, Json> {
  const { clip, batchSize, epochs, learningRate, schedule, unfreeze } = settings;
  const { optimizer, loss, labelSmoothing = 0, batchNorm, monitor, earlyStopping } = options;
  const given: Record<string, Json | undefined> = { batchNorm, monitor, earlyStopping };
  return {
    ...clipConfig(clip),
    ...{ batchSize, epochs },
    ...(optimizer === undefined ? { learningRate, schedule } : { optimizer: plain(optimizer) }),
    unfreeze,
    ...(loss === undefined ? { labelSmoothing } : { loss: plain(loss) }),
    ...Object.fromEntries(Object.entries(given).filter((entry): entry is [string, Json] => entry[1] !== undefined)),
  };
}

const plain = (described: Described): Json => ({ ...described });
