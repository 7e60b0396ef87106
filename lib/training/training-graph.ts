import { GraphBuilder } from '../graph/builder';
import { add, floatConstant, mean, multiply, placeholder } from '../graph/ops';
import type { Architecture, Parameter, Stage } from '../movinet/architecture';
import { describeMovinet } from '../movinet/describe-movinet';
import { MovinetNetwork } from '../movinet/network/network';
import type { MovinetOptions } from '../movinet/options';
import { NetworkParameters } from '../movinet/network/parameters';
import { VariableStore, type Variable } from '../graph/variables';
import type { Weights } from '../graph/weights';
import type { Addon } from '../native/addon';
import type { Output } from '../native/graph';
import type { Loss } from '../learning/loss';
import type { Optimizer, OptimizerGraph } from '../learning/optimizer';

export interface TrainingGraphOptions {
  model: MovinetOptions;
  weights: Weights;
  /** The stages that learn; the others are built from constants. */
  trainable: (stage: Stage) => boolean;
  clipShape: { frames: number; size: number | [number, number] };
  loss: Loss;
  optimizer: Optimizer;
  seed: number;
}

/** One graph with a training pass and an inference pass over the same variables. */
export interface TrainingGraph {
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
  /** All variables of the stages that learn, moving statistics included. */
  readonly variables: readonly Variable[];
  readonly trainableVariables: readonly Variable[];
  /** Beside `trainableVariables`. */
  readonly gradients: readonly Output[];
  readonly optimizer: OptimizerGraph;
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
export async function buildTrainingGraph(addon: Addon, options: TrainingGraphOptions): Promise<TrainingGraph> {
  const g = new GraphBuilder(addon);
  const architecture = describeMovinet(options.model);
  const { frames, size } = options.clipShape;
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  const clips = placeholder(g, 'float32', [-1, frames, height, width, 3], 'clips');
  const targets = placeholder(g, 'float32', [-1, options.model.numClasses], 'targets');
  const store = new VariableStore<Parameter>(g);
  const parameters = (training: boolean) =>
    new NetworkParameters(g, store, {
      weights: options.weights,
      variables: options.trainable,
      training,
    });
  const network = (training: boolean, values: NetworkParameters) =>
    new MovinetNetwork(g, architecture, values, { training, seed: options.seed });
  const pass = (logits: Output): Pass => ({
    logits,
    losses: options.loss.perExample(g, logits, targets),
  });

  const backboneStages = new Set(
    architecture.parameters.map(({ stage }) => stage).filter((s) => s !== 'classifier_head'),
  );
  const frozenBackbone = ![...backboneStages].some(options.trainable);
  const inferenceValues = parameters(false);
  const trainingValues = parameters(true);
  const inferenceNetwork = network(false, inferenceValues);
  const trainingNetwork = network(true, trainingValues);
  const features = await g.inScopeByTurns('inference', () => inferenceNetwork.features(clips));
  // Stochastic depth drops blocks while training even where they are frozen (specification §4).
  const sharedFeatures = frozenBackbone && options.model.stochasticDepthDropRate === 0;
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
    options.optimizer.build(g, trainableVariables, gradients),
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
    step,
  };
}
