import { GraphBuilder } from '../graph/builder';
import { add, floatConstant, mean, multiply, placeholder } from '../graph/ops';
import type { Architecture, Parameter, Stage } from '../movinet/architecture';
import { describeMovinet } from '../movinet/describe-movinet';
import { MovinetNetwork } from '../movinet/network/network';
import type { MovinetOptions } from '../movinet/options';
import { NetworkParameters, type ParameterOptions } from '../movinet/network/parameters';
import { StepInputs, type StepInput } from '../graph/step-inputs';
import { VariableStore, type Variable } from '../graph/variables';
import type { Weights } from '../graph/weights';
import type { Addon } from '../native/addon';
import type { Output } from '../native/graph';
import type { Loss } from '../learning/loss';
import type { Optimizer, OptimizerGraph } from '../learning/optimizer';

export const BATCH_NORM_MODES = ['frozen', 'train'] as const;
/**
 * Batch normalisation of the stages that learn. `frozen`: it stays in inference mode, by the moving statistics that the weights came with; gamma and beta
 * learn. `train`: by each batch's own statistics, which move the moving ones, as the official code trains; a few clips a batch are too few for it.
 */
export type BatchNormMode = (typeof BATCH_NORM_MODES)[number];

export interface StepGraphOptions {
  model: MovinetOptions;
  weights: Weights;
  /** The stages that learn; the others are built from constants. */
  trainable: (stage: Stage) => boolean;
  clipShape: { frames: number; size: number | [number, number] };
  loss: Loss;
  optimizer: Optimizer;
  /** Default `frozen`. */
  batchNorm?: BatchNormMode;
  /** Of dropout and stochastic depth. */
  seed: number;
}

/** One graph with a training pass and an inference pass over the same variables. */
export interface StepGraph {
  readonly builder: GraphBuilder;
  readonly architecture: Architecture;
  /** float32 [batch, frames, height, width, 3]. */
  readonly clips: Output;
  /** float32 [batch, classes]. */
  readonly targets: Output;
  /** Where no stage of the backbone learns: features [batch, headFilters], which can be fed in place of clips. */
  readonly features: Output;
  readonly frozenBackbone: boolean;
  readonly training: Pass;
  readonly inference: Pass;
  /** All variables of the stages that learn; moving statistics are among them where they move. */
  readonly variables: readonly Variable[];
  readonly trainableVariables: readonly Variable[];
  /** Beside `trainableVariables`. */
  readonly gradients: readonly Output[];
  readonly optimizer: OptimizerGraph;
  /** At a step, counted from 0. */
  readonly learningRate: (step: number) => number;
  /** Feed these in each step, beside clips and targets. */
  readonly stepInputs: readonly StepInput[];
  /** Run this for one step. */
  readonly step: string;
}

export interface Pass {
  /** [batch, classes]. */
  readonly logits: Output;
  /** [batch]. */
  readonly losses: Output;
}

/** Builds the network twice, training and inference, with the loss, its gradients and the optimizer. */
export async function buildStepGraph(addon: Addon, options: StepGraphOptions): Promise<StepGraph> {
  const g = new GraphBuilder(addon);
  const architecture = describeMovinet(options.model);
  const { frames, size } = options.clipShape;
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  const clips = placeholder(g, 'float32', [-1, frames, height, width, 3], 'clips');
  const targets = placeholder(g, 'float32', [-1, options.model.numClasses], 'targets');
  const store = new VariableStore<Parameter>(g);
  const inputs = new StepInputs(g);
  const parameters = (statistics: ParameterOptions['statistics']) =>
    new NetworkParameters(g, store, { weights: options.weights, variables: options.trainable, statistics });
  const pass = (logits: Output): Pass => ({
    logits,
    losses: options.loss.perExample(g, logits, targets),
  });

  const backboneStages = new Set(
    architecture.parameters.map(({ stage }) => stage).filter((s) => s !== 'classifier_head'),
  );
  const frozenBackbone = ![...backboneStages].some(options.trainable);
  const frozenStatistics = options.batchNorm !== 'train';
  const inferenceValues = parameters(frozenStatistics ? 'fixed' : 'moving');
  const trainingValues = frozenStatistics ? inferenceValues : parameters('batch');
  const inferenceNetwork = new MovinetNetwork(g, architecture, inferenceValues);
  const random = { seed: options.seed, inputs };
  const trainingNetwork = new MovinetNetwork(g, architecture, trainingValues, { random });
  const features = await g.inScopeByTurns('inference', () => inferenceNetwork.features(clips));
  // Stochastic depth drops blocks while training even where they are frozen (specification §4).
  const sharedFeatures = (frozenBackbone || frozenStatistics) && options.model.stochasticDepthDropRate === 0;
  const training = await g.inScopeByTurns('training', async () =>
    pass(trainingNetwork.logits(sharedFeatures ? features : await trainingNetwork.features(clips))),
  );
  const inference = g.inScope('inference', () => pass(inferenceNetwork.logits(features)));

  const learning = store.entries().filter(({ parameter }) => parameter.trainable);
  const trainableVariables = learning.map(({ variable }) => variable);
  let objective = mean(g, training.losses, [0]);
  if (options.model.weightDecay > 0) {
    const decay = learning
      .filter(({ parameter }) => parameter.regularized)
      .map(({ variable }) => g.op('L2Loss', [variable.value]));
    if (decay.length > 0) {
      // L2Loss halves the sum of squares.
      const penalty = multiply(g, g.op('AddN', [decay]), floatConstant(g, 2 * options.model.weightDecay));
      objective = add(g, objective, penalty);
    }
  }
  const gradients = await g.graph.addGradients(
    [objective],
    trainableVariables.map(({ value }) => value),
  );
  const optimizer = await g.inScopeByTurns('optimizer', () =>
    options.optimizer.build(g, trainableVariables, gradients, inputs),
  );
  const step = g.group([...optimizer.updates, ...trainingValues.statisticsUpdates], 'train_step');
  return {
    builder: g,
    architecture,
    clips,
    targets,
    features,
    frozenBackbone,
    training,
    inference,
    variables: store.entries().map(({ variable }) => variable),
    trainableVariables,
    gradients,
    optimizer,
    learningRate: (at) => options.optimizer.learningRate.at(at),
    stepInputs: inputs.all,
    step,
  };
}
