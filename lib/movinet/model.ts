import { CheckpointError } from '../errors';
import { describeMovinet, type Architecture, type Parameter } from './architecture';
import { initialWeights } from './initialize';
import { parseModelId } from './model-id';
import { movinetOptions, type ModelId, type MovinetOptions } from './options';
import type { Weights } from './weights';

/** How clips are cut for a model: square frames of `size` pixels, `frames` of them, every `frameStep`-th of the video. */
export interface ClipOptions {
  size: number;
  frames: number;
  frameStep: number;
}

/** The tutorial's: 224², 8 frames, frame step 15. */
export const TUTORIAL_CLIP: ClipOptions = { size: 224, frames: 8, frameStep: 15 };

/** A classifier: what network, which classes, its numbers. Plain data; the trainer and the writers make graphs of it. */
export interface MovinetModel {
  readonly id: ModelId;
  readonly options: MovinetOptions;
  readonly architecture: Architecture;
  readonly classes: readonly string[];
  /** The clips that it was trained on. */
  readonly clip: ClipOptions;
  readonly weights: Weights;
}

/** Uniform numbers in [0, 1) for one variable's initial values. */
export type Uniform = (path: string) => () => number;

export interface ModelParts {
  id: ModelId;
  classes: readonly string[];
  clip?: ClipOptions;
  /** Changes to the official options, such as dropout. */
  overrides?: Partial<Omit<MovinetOptions, 'variant' | 'numClasses'>>;
}

/** The architecture of a model id for this many classes. Throws {@link UsageError} for an unknown id. */
export function architectureOf(
  id: ModelId,
  numClasses: number,
  overrides: Partial<Omit<MovinetOptions, 'variant' | 'numClasses'>> = {},
): Architecture {
  const { variant, kind } = parseModelId(id);
  return describeMovinet(movinetOptions(variant, kind, { ...overrides, numClasses }));
}

/** A model with these weights. Throws {@link CheckpointError} that lists what is missing or has another shape. */
export function createModel(parts: ModelParts, weights: Weights): MovinetModel {
  const { id, classes } = parts;
  const architecture = architectureOf(id, classes.length, parts.overrides);
  checkWeights(architecture.parameters, weights);
  const { options } = architecture;
  return { id, options, architecture, classes, clip: parts.clip ?? TUTORIAL_CLIP, weights };
}

/** A model with the backbone of `backbone` and a new head with the official initial values. */
export function createTransferModel(parts: ModelParts, backbone: Weights, uniform: Uniform): MovinetModel {
  const architecture = architectureOf(parts.id, parts.classes.length, parts.overrides);
  const head = initialWeights(architecture, { uniform }, isHead);
  return createModel(parts, backbone.with(head));
}

/** Whether the parameter belongs to the classifier head, the part that depends on the classes. */
export function isHead(parameter: Parameter): boolean {
  return parameter.stage === 'classifier_head';
}

/** The same model with other numbers. */
export function withWeights(model: MovinetModel, weights: Weights): MovinetModel {
  return { ...model, weights: model.weights.with(weights) };
}

/** What `assert_existing_objects_matched` checks: every variable is there and has its shape. */
function checkWeights(parameters: readonly Parameter[], weights: Weights): void {
  const missing = parameters.filter(({ path }) => !weights.has(path));
  if (missing.length > 0) {
    const named = missing.slice(0, 3).map(({ path }) => path);
    const more = missing.length > named.length ? ` and ${missing.length - named.length} more` : '';
    throw new CheckpointError(
      `The weights lack ${missing.length} of the model's ${parameters.length} variables: ${named.join(', ')}${more}; are they another model's?`,
    );
  }
  parameters.forEach((parameter) => weights.get(parameter));
}
