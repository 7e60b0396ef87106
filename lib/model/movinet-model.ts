import { TUTORIAL_CLIP, type ClipSpec } from '../base/clip';
import { CheckpointMismatchError } from '../base/errors';
import { isHead, type Architecture, type Parameter } from '../movinet/architecture';
import { architectureOf } from '../movinet/describe-movinet';
import { initialWeights, type Uniform } from '../movinet/initialize';
import type { ModelId, MovinetOptions, MovinetOverrides } from '../movinet/options';
import type { Weights } from '../graph/weights';

/** A classifier: what network, which classes, its numbers. It holds no native memory; trainer, streams and writers make graphs of it. */
export class MovinetModel {
  readonly id: ModelId;
  readonly architecture: Architecture;
  readonly classes: readonly string[];
  /** The clips that it was trained on. */
  readonly clip: ClipSpec;
  readonly weights: Weights;

  /** See {@link createModel}, which checks that the weights are the architecture's. */
  constructor(parts: Pick<MovinetModel, 'id' | 'architecture' | 'classes' | 'clip' | 'weights'>) {
    this.id = parts.id;
    this.architecture = parts.architecture;
    this.classes = parts.classes;
    this.clip = parts.clip;
    this.weights = parts.weights;
  }

  get options(): MovinetOptions {
    return this.architecture.options;
  }

  /** The same model for clips that are cut otherwise. */
  withClip({ size, frames, frameStep }: ClipSpec): MovinetModel {
    return new MovinetModel({ ...this.parts, clip: { size, frames, frameStep } });
  }

  /** The same model with these numbers in place of its own of the same names. */
  withWeights(weights: Weights): MovinetModel {
    return new MovinetModel({ ...this.parts, weights: this.weights.with(weights) });
  }

  private get parts(): ConstructorParameters<typeof MovinetModel>[0] {
    const { id, architecture, classes, clip, weights } = this;
    return { id, architecture, classes, clip, weights };
  }
}

export interface ModelParts {
  id: ModelId;
  classes: readonly string[];
  clip?: ClipSpec;
  /** Changes to the model id's own options, such as dropout. */
  overrides?: MovinetOverrides;
}

/** A model with these weights. Throws {@link CheckpointMismatchError} that lists what is missing or has another shape. */
export function createModel(parts: ModelParts, weights: Weights): MovinetModel {
  const { id, classes } = parts;
  const architecture = architectureOf(id, classes.length, parts.overrides);
  checkWeights(architecture.parameters, weights);
  return new MovinetModel({ id, architecture, classes, clip: parts.clip ?? TUTORIAL_CLIP, weights });
}

/** A model with the backbone of `backbone` and a new head with the official initial values. */
export function createTransferModel(parts: ModelParts, backbone: Weights, uniform: Uniform): MovinetModel {
  const architecture = architectureOf(parts.id, parts.classes.length, parts.overrides);
  const head = initialWeights(architecture, { uniform }, isHead);
  return createModel(parts, backbone.with(head));
}

/** What `assert_existing_objects_matched` checks: every variable is there and has its shape. */
function checkWeights(parameters: readonly Parameter[], weights: Weights): void {
  const missing = parameters.filter(({ path }) => !weights.has(path)).map(({ path }) => path);
  const mismatched = parameters.flatMap(({ path, shape }) => {
    const actual = weights.shapeOf(path);
    return actual === undefined || actual.join() === shape.join() ? [] : [{ path, expected: shape, actual }];
  });
  if (missing.length + mismatched.length > 0) {
    throw new CheckpointMismatchError('The set of weights', parameters.length, { missing, mismatched, extra: [] });
  }
}
