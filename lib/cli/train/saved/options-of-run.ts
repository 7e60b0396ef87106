import { SAMPLE_BACKBONE } from '../../../sample/settings';
import type { TrainingInputs } from '../inputs';
import type { LearningPlan } from '../learning/plan';
import { statesRate } from '../learning/schedule';
import { trainTable, type TrainOptions } from '../options';
import { optionsToSave, savedRunText } from './saved-run';

/** The text of `run.json`: the options that hold, those too that nobody gave and that the data decided. */
export function runJson(options: TrainOptions, inputs: TrainingInputs, plan: LearningPlan): string {
  const { epochs, batchSize, unfreeze, learningRate, schedule } = inputs.settings;
  const own = statesRate(options.optimizer);
  const values = {
    ...options,
    ...sourcesOf(inputs),
    ...clipOf(options, inputs),
    ...{ epochs, batchSize, unfreeze },
    ...(own ? {} : { schedule, ...(statesRate(schedule) ? {} : { learningRate }) }),
  };
  return savedRunText(optionsToSave(trainTable.options, values), plan);
}

/** What it is trained on and from, so that no default is looked for again. */
function sourcesOf({ dataFolder, weights, start, model }: TrainingInputs): Partial<TrainOptions> {
  if (weights === SAMPLE_BACKBONE) return { sample: true };
  // A trained model is named by either option.
  return { data: dataFolder, ...(typeof start === 'string' ? { model, weights } : {}) };
}

/** A rate that nobody gave is a trained model's own: it need not be the inverse of a decimal number. */
function clipOf(options: TrainOptions, { settings: { clip } }: TrainingInputs): Partial<TrainOptions> {
  const { every, ...others } = clip;
  const { frameRate } = options;
  return {
    ...others,
    ...('frames' in every ? { frameStep: every.frames } : {}),
    ...(frameRate === undefined ? {} : { frameRate }),
  };
}
