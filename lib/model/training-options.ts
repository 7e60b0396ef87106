import { UsageError } from '../base/errors';
import { checkOverrides, overridesOf, type MovinetOptions, type MovinetOverrides } from '../movinet/options';

/** The network's options that change how it learns and nothing of what it has learned. */
export const TRAINING_OPTIONS = [
  'dropoutRate',
  'stochasticDepthDropRate',
  'weightDecay',
  'batchNormMomentum',
  'synchronizedBatchNorm',
  'fusedBatchNorm',
] as const satisfies readonly (keyof MovinetOverrides)[];

/**
 * The options of a network that tell how it is trained: its graph for inference is the same with any of them.
 *
 * @interface
 */
export type TrainingOptions = Pick<MovinetOverrides, (typeof TRAINING_OPTIONS)[number]>;

/**
 * The options of a network that is trained already, with these in place of its own. Throws {@link UsageError} for what is no option or out of range, and for
 * another value of one that decides what the weights mean.
 */
export function withTrainingOptions(options: MovinetOptions, changes: MovinetOverrides): MovinetOverrides {
  const checked = checkOverrides(changes);
  const fixed = (Object.keys(checked) as (keyof MovinetOverrides)[]).find(
    (name) => !TRAINING_OPTIONS.some((option) => option === name) && checked[name] !== options[name],
  );
  if (fixed !== undefined)
    throw new UsageError(
      `The option ${fixed} of a trained model stays ${options[fixed]}: its weights were made for that network; ` +
        `what may change is ${TRAINING_OPTIONS.join(', ')}`,
    );
  return { ...overridesOf(options), ...checked };
}
