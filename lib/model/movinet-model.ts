import { value } from '../base/option-kinds';
import { TUTORIAL_CLIP, type ClipSpec } from '../base/clip';
import { CheckpointMismatchError } from '../base/errors';
import { isHead, type Architecture, type Parameter } from '../movinet/architecture';
import { architectureOf } from '../movinet/describe-movinet';
import { drawWeights, type Uniform } from '../movinet/initialize';
import type { ModelId, MovinetOptions, MovinetOverrides } from '../movinet/options';
import type { Task } from '../base/task';
import type { Weights } from '../graph/weights';
import { withTrainingOptions, type TrainingOptions } from './training-options';
import { checkTrainingRecord, type TrainingRecord } from './training-record';

/** A classifier: what network, which classes, its numbers. It holds no native memory; trainer, streams and writers make graphs of it. */
export class MovinetModel {
  readonly id: ModelId;
  readonly architecture: Architecture;
  readonly task: Task;
  /** The clips that it was trained on. */
  readonly clip: ClipSpec;
  /** Frames per second of the videos that it was trained on, the median; undefined where unknown. */
  readonly frameRate: number | undefined;
  readonly weights: Weights;
  /** What it was trained on, and how; undefined where nobody said, and of a head that has learned nothing. */
  readonly training: TrainingRecord | undefined;

  /** Checks nothing: what `createClassifier`, `loadModel` and `openModel` give has the weights of its architecture. */
  constructor(parts: MovinetModelParts) {
    this.id = parts.id;
    this.architecture = parts.architecture;
    this.task = parts.task;
    this.clip = parts.clip;
    this.frameRate = parts.frameRate;
    this.weights = parts.weights;
    this.training = parts.training;
  }

  /** In the order of the logits. */
  get classes(): readonly string[] {
    return this.task.classes;
  }

  get options(): MovinetOptions {
    return this.architecture.options;
  }

  /** The same model for clips that are cut otherwise, of videos of another frame rate. Its record of training stays: the weights are what they were. */
  withClip(clip: ClipSpec, frameRate: number | undefined = this.frameRate): MovinetModel {
    return new MovinetModel({ ...this.parts, clip, frameRate });
  }

  /** The same model with these numbers in place of its own of the same names. */
  withWeights(weights: Weights): MovinetModel {
    return new MovinetModel({ ...this.parts, weights: this.weights.with(weights) });
  }

  /** The same model with a record of what it was trained on, for whoever trains it. Throws UsageError for what is no such record. */
  withTraining(record: TrainingRecord): MovinetModel {
    return new MovinetModel({ ...this.parts, training: checkTrainingRecord(record) });
  }

  /**
   * The same model to be trained otherwise, such as with `{ dropoutRate: 0.2 }`. Throws UsageError for options out of range, and for those of the architecture.
   */
  withOptions(options: TrainingOptions): MovinetModel {
    const overrides = withTrainingOptions(this.options, options);
    return new MovinetModel({ ...this.parts, architecture: architectureOf(this.id, this.classes.length, overrides) });
  }

  private get parts(): MovinetModelParts {
    const { id, architecture, task, clip, frameRate, weights, training } = this;
    return { id, architecture, task, clip, frameRate, weights, training };
  }
}

export type MovinetModelParts = Pick<
  MovinetModel,
  'id' | 'architecture' | 'task' | 'clip' | 'frameRate' | 'weights' | 'training'
>;

/** For options that are a model. */
export const modelSchema = value<MovinetModel>(
  (given) => given instanceof MovinetModel,
  'must be a model, such as `await createClassifier()` or `await loadModel()` give',
);

export interface ModelParts {
  id: ModelId;
  task: Task;
  clip?: ClipSpec;
  /** See {@link MovinetModel.frameRate}. */
  frameRate?: number | undefined;
  training?: TrainingRecord | undefined;
  /** Changes to the model id's own options, such as dropout. */
  overrides?: MovinetOverrides;
}

/** A model with these weights. Throws {@link CheckpointMismatchError} that lists what is missing or has another shape. */
export function createModel(parts: ModelParts, weights: Weights): MovinetModel {
  const { id, task, clip = TUTORIAL_CLIP, frameRate, training } = parts;
  const architecture = architectureOf(id, task.classes.length, parts.overrides);
  checkWeights(architecture.parameters, weights);
  return new MovinetModel({ id, architecture, task, clip, frameRate, weights, training });
}

/** A model with the backbone of `backbone` and a new head with the official initial values. */
export async function createTransferModel(
  parts: ModelParts,
  backbone: Weights,
  uniform: Uniform,
): Promise<MovinetModel> {
  const architecture = architectureOf(parts.id, parts.task.classes.length, parts.overrides);
  const head = await drawWeights(architecture, { uniform }, isHead);
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
