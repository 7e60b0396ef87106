import type { Described } from '../../base/described';
import type { Metric } from '../../metrics/metric';
import { shownMetrics } from '../../metrics/shown';
import type { MovinetModel } from '../../model/movinet-model';
import type { Callback } from '../../training/callback';
import { checkpoints } from '../../training/callbacks/checkpoints';
import type { CallbackChoice } from '../../training/callbacks/chosen-callbacks';
import { earlyStopping } from '../../training/callbacks/early-stopping';
import type { RunState } from '../../training/run-state';
import type { ProgressSink } from '../terminal/progress-sink';
import { trainerProgress } from '../terminal/trainer-progress';
import type { TrainOptions } from './options';
import { intervalOf } from './options/times';

/** A run's folder, as its callbacks fill it. */
export interface ResultsPlace {
  /** Where checkpoints lie. */
  readonly checkpoints: string;
  /** Makes the folder the run's, once all is ready to train. */
  begin(): Promise<void>;
  /** Writes what the run has come to at the end of an epoch. */
  write(model: MovinetModel, state: RunState): Promise<void>;
}

/** What accompanies a run of the command, in its order: what may refuse the run comes before the folder is changed. */
export function runCallbacks(
  options: TrainOptions,
  { metrics, monitor }: { readonly metrics: readonly Metric[]; readonly monitor: string },
  place: ResultsPlace,
  progress: ProgressSink,
): CallbackChoice[] {
  const { earlyStopping: patience, callbacks = [], keep, saveEvery } = options;
  return [
    trainerProgress(progress, shownMetrics(metrics)),
    ...callbacks,
    ...namedCallbacks(options, monitor),
    ...(patience === undefined ? [] : [earlyStopping({ monitor, patience })]),
    resultsIn(place),
    checkpoints({ folder: place.checkpoints, keep, ...intervalOf(saveEvery) }),
  ];
}

/** Those that have options of their own. */
export function namedCallbacks(
  { reduceOnPlateau, csvLog, jsonLog, tensorboard }: TrainOptions,
  monitor: string,
): Described<'callback'>[] {
  const plateau = typeof reduceOnPlateau === 'number' ? { patience: reduceOnPlateau } : reduceOnPlateau;
  return [
    ...(plateau === undefined ? [] : [{ monitor, ...plateau, kind: 'reduceOnPlateau' }]),
    ...(csvLog === undefined ? [] : [{ kind: 'csvLog', file: csvLog }]),
    ...(jsonLog === undefined ? [] : [{ kind: 'jsonLinesLog', file: jsonLog }]),
    ...(tensorboard === undefined ? [] : [{ kind: 'tensorBoard', folder: tensorboard }]),
  ];
}

/** A process that is killed leaves the results of its last whole epoch. What cannot be written ends the run, which goes on from its last checkpoint. */
function resultsIn(place: ResultsPlace): Callback {
  return {
    name: 'results',
    critical: true,
    onTrainBegin: () => place.begin(),
    async onEpochEnd(_, run) {
      await place.write(await run.model(), run.state);
    },
  };
}
