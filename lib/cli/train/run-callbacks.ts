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
import { intervalOf } from './described-options';
import type { TrainOptions } from './options';

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
  { earlyStopping: patience, callbacks = [], keep, saveEvery }: TrainOptions,
  { metrics, monitor }: { readonly metrics: readonly Metric[]; readonly monitor: string },
  place: ResultsPlace,
  progress: ProgressSink,
): CallbackChoice[] {
  return [
    trainerProgress(progress, shownMetrics(metrics)),
    ...callbacks,
    ...(patience === undefined ? [] : [earlyStopping({ monitor, patience })]),
    resultsIn(place),
    checkpoints({ folder: place.checkpoints, keep, ...intervalOf(saveEvery) }),
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
