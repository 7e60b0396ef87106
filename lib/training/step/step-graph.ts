import { GraphBuilder } from '../../graph/builder';
import { GradientTape } from '../../graph/gradient-tape';
import { add, divide, floatConstant, intConstant, mean, multiply, placeholder, reshape } from '../../graph/ops';
import type { Architecture, Parameter, Stage } from '../../movinet/architecture';
import { describeMovinet } from '../../movinet/describe-movinet';
import { clipInput } from '../../movinet/network/clip-input';
import { MovinetNetwork } from '../../movinet/network/network';
import type { MovinetOptions } from '../../movinet/options';
import { NetworkParameters, type ParameterOptions } from '../../movinet/network/parameters';
import { type StepCounter, type StepInput, StepInputs } from '../../graph/step-inputs';
import { type VariableSource, VariableStore, type Variable } from '../../graph/variables';
import type { Weights } from '../../graph/weights';
import type { Addon } from '../../native/addon';
import type { Output } from '../../native/graph';
import { type Kernels, PLAIN_KERNELS } from '../../native/kernels';
import type { GradientTransform } from '../../learning/gradient-transform';
import type { Loss } from '../../learning/loss';
import type { Optimizer } from '../../learning/optimizer';
import type { WeightAverage } from '../../learning/weight-average';
import { buildGradientSums, type GradientSums } from './gradient-sums';
import { buildStepUpdate, type StepRule, type StepUpdate } from './step-update';

export const BATCH_NORM_MODES = ['frozen', 'train'] as const;
/**
 * Batch normalisation of the stages that learn. `frozen`: it stays in inference mode, by the moving statistics that the weights came with; gamma and beta
 * learn. `train`: by each batch's own statistics, which move the moving ones, as the official code trains; a few clips a batch are too few for it.
 *
 * @useDeclaredType
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
  /** What is done to the gradients of a step, in this order. Default: nothing. */
  gradientTransforms?: readonly GradientTransform[];
  /** Classify in place of the weights. Default: none. */
  weightAverage?: WeightAverage | undefined;
  /** Of each stage's learning rate. Default: 1. */
  stageFactor?: (stage: Stage) => number;
  /** Whether the loss is scaled while its gradients are computed, for float16. Default false. */
  lossScaling?: boolean;
  /** Default `frozen`. */
  batchNorm?: BatchNormMode;
  /** Of dropout and stochastic depth. */
  seed: number;
  /** How layers are computed, unless they need each batch's statistics. Default `PLAIN_KERNELS`. */
  kernels?: Kernels;
}

/** One graph with a training pass and an inference pass over the same variables. */
export interface StepGraph {
  readonly builder: GraphBuilder;
  readonly architecture: Architecture;
  /** float32 [batch, frames, height, width, 3]. */
  readonly clips: Output;
  /** uint8 of the same shape, fed in place of these. */
  readonly bytes: Output;
  /** float32 [batch, classes]. */
  readonly targets: Output;
  /** float32 [batch], factors of the clips' losses. */
  readonly weights: Output;
  /** Where no stage of the backbone learns: features [batch, headFilters], which can be fed in place of clips. */
  readonly features: Output;
  readonly frozenBackbone: boolean;
  /** Whether training by these features is what training by their clips is. */
  readonly learnsFromFeatures: boolean;
  /** Whether batch normalisation goes by the statistics of each run's clips. */
  readonly batchStatistics: boolean;
  readonly training: Pass;
  readonly inference: Pass;
  /** All variables of the stages that learn; moving statistics are among them where they move. */
  readonly variables: readonly Variable[];
  readonly trainableVariables: readonly Variable[];
  /** Of a run over clips. */
  readonly gradients: RunGradients;
  /** The step from them. */
  readonly update: StepUpdate;
  /** Where a run stands, the stages' factors aside. */
  readonly learningRate: (at: StepCounter) => number;
  /** Feed these in each step, beside clips, targets and weights. */
  readonly stepInputs: readonly StepInput[];
  /** Run this for one step from a batch. */
  readonly step: string;
  /** For steps of several runs: added to the graph when first asked for. */
  readonly sums: () => Promise<GradientSums>;
}

/** Gradients of the mean of the weighted losses of a run, and of what keeps weights small. */
export interface RunGradients {
  /** Float32 scalar, their factor. */
  readonly scale: Output;
  /** Beside the variables that learn. */
  readonly values: readonly Output[];
  /** Bool scalar, where the loss is scaled while they are computed: whether all of them are finite. */
  readonly finite: Output | undefined;
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
  const { clips, bytes } = clipInput(g, [-1, frames, height, width, 3]);
  const targets = placeholder(g, 'float32', [-1, options.model.numClasses], 'targets');
  const weights = placeholder(g, 'float32', [-1], 'weights');
  const store = new VariableStore<Parameter>(g);
  const inputs = new StepInputs(g);
  const parameters = (statistics: ParameterOptions['statistics'], from: VariableSource<Parameter> = store) =>
    new NetworkParameters(g, from, { weights: options.weights, variables: options.trainable, statistics });
  const pass = (logits: Output): Pass => ({
    logits,
    losses: options.loss.perExample(g, logits, targets),
  });

  const backboneStages = architecture.parameters.map(({ stage }) => stage).filter((s) => s !== 'classifier_head');
  const frozenBackbone = !backboneStages.some(options.trainable);
  const frozenStatistics = options.batchNorm !== 'train';
  const { kernels = PLAIN_KERNELS } = options;
  const random = { seed: options.seed, inputs };
  const trainingValues = parameters(frozenStatistics ? 'fixed' : 'batch');
  const tape = new GradientTape(g);
  const trainingNetwork = new MovinetNetwork(g, architecture, trainingValues, { random, kernels, tape });
  // Stochastic depth drops blocks while training even where they are frozen (specification §4).
  const sameFeatures = (frozenBackbone || frozenStatistics) && options.model.stochasticDepthDropRate === 0;
  const trainingFeatures = await g.inScopeByTurns('training', () => trainingNetwork.features(clips));
  const training = g.inScope('training', () => pass(trainingNetwork.logits(trainingFeatures)));

  const learning = store.entries().filter(({ parameter }) => parameter.trainable);
  const trainableVariables = learning.map(({ variable }) => variable);
  const weighted = mean(g, multiply(g, training.losses, weights), [0]);
  const penalty = weightPenalty(g, learning, options.model.weightDecay);
  const objective = penalty ? add(g, weighted, penalty) : weighted;
  const lossScale = options.lossScaling === true ? inputs.feed(({ lossScale }) => lossScale) : undefined;
  const gradients = await runGradients(g, tape, { objective, variables: trainableVariables, lossScale });

  const { learningRate } = options.optimizer;
  const presentRate = ({ step, rateScale }: StepCounter): number => rateScale * learningRate.at(step);
  const rule: StepRule = {
    learning: learning.map(({ variable, parameter }) => ({
      variable,
      factor: options.stageFactor?.(parameter.stage) ?? 1,
      decays: parameter.role === 'kernel',
    })),
    rate: inputs.feed(presentRate),
    ...{ transforms: options.gradientTransforms ?? [], optimizer: options.optimizer },
    ...{ average: options.weightAverage, inputs },
  };
  const update = await buildStepUpdate(g, gradients.values, rule);
  const beside = (after: readonly string[]): string[] => trainingValues.statisticsUpdates(after);
  const step = g.group([update.operation, ...beside([update.complete])], 'train_step');
  let sums: Promise<GradientSums> | undefined;

  const { averages } = update;
  const plain = averages.size === 0;
  const source = plain ? store : averaged(store, averages);
  const inferenceValues =
    plain && frozenStatistics ? trainingValues : parameters(frozenStatistics ? 'fixed' : 'moving', source);
  const inferenceNetwork = new MovinetNetwork(g, architecture, inferenceValues, { kernels });
  const shared = sameFeatures && (frozenBackbone || plain);
  const features = shared
    ? trainingFeatures
    : await g.inScopeByTurns('inference', () => inferenceNetwork.features(clips));
  const inference = g.inScope('inference', () => pass(inferenceNetwork.logits(features)));
  return {
    ...{ builder: g, architecture, clips, bytes, targets, weights, features, frozenBackbone, training, inference },
    learnsFromFeatures: frozenBackbone && shared,
    batchStatistics: !frozenStatistics,
    variables: store.entries().map(({ variable }) => variable),
    ...{ trainableVariables, gradients, update, step, learningRate: presentRate, stepInputs: inputs.all },
    sums: () =>
      (sums ??= buildGradientSums(g, rule, { gradients: gradients.values, finite: gradients.finite, beside })),
  };
}

/** `lossScale`: factor of the objective that the gradients are divided by again. */
async function runGradients(
  g: GraphBuilder,
  tape: GradientTape,
  given: { objective: Output; variables: readonly Variable[]; lossScale: Output | undefined },
): Promise<RunGradients> {
  const { objective, variables, lossScale } = given;
  const scale = placeholder(g, 'float32', [], 'gradient_scale');
  // Behind a scaled loss the factor comes last, so that float16 has room for the loss's own.
  const y = multiply(g, objective, lossScale ?? scale);
  const computed = await tape.gradients(
    y,
    variables.map(({ value }) => value),
  );
  if (lossScale === undefined) return { scale, values: computed, finite: undefined };
  const unscale = divide(g, scale, lossScale);
  const values = computed.map((gradient) => multiply(g, gradient, unscale));
  const every = (flags: Output): Output => g.op('All', [flags, intConstant(g, [0])]);
  const each = values.map((value) => every(reshape(g, g.op('IsFinite', [value]), [-1])));
  return { scale, values, finite: every(g.op('Pack', [each])) };
}

interface Learning {
  readonly parameter: Parameter;
  readonly variable: Variable;
}

/** The objective's part that keeps weights small, a scalar; undefined where nothing does. */
function weightPenalty(g: GraphBuilder, learning: readonly Learning[], weightDecay: number): Output | undefined {
  if (weightDecay <= 0) return undefined;
  const halves = learning
    .filter(({ parameter }) => parameter.regularized)
    .map(({ variable }) => g.op('L2Loss', [variable.value]));
  // L2Loss halves the sum of squares.
  return halves.length === 0 ? undefined : multiply(g, g.op('AddN', [halves]), floatConstant(g, 2 * weightDecay));
}

/** The variables of a store, averages in the place of those that have one. */
function averaged(
  store: VariableSource<Parameter>,
  averages: ReadonlyMap<Variable, Variable>,
): VariableSource<Parameter> {
  return {
    get: (parameter) => {
      const variable = store.get(parameter);
      return averages.get(variable) ?? variable;
    },
  };
}
