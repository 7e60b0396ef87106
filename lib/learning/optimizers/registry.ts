import { Registry } from '../../base/described';
import type { GraphBuilder } from '../../graph/builder';
import type { StepInputs } from '../../graph/step-inputs';
import { addVariable, type Variable } from '../../graph/variables';
import type { Output } from '../../native/graph';
import type { Schedule } from '../schedule';

/** An optimizer's part of a graph. */
export interface OptimizerGraph {
  /** Operations that change the variables. */
  readonly updates: string[];
  /** The optimizer's own variables, zero at the start; they belong to a checkpoint. */
  readonly slots: Variable[];
}

/** A variable that learns, with all that an optimizer is told of it. */
export interface LearnedVariable {
  readonly variable: Variable;
  /** Of its shape, as transforms such as clipping left it. */
  readonly gradient: Output;
  /** Its learning rate in this step, a float32 scalar: the schedule's, times the run's factor and that of its stage. */
  readonly rate: Output;
  /** Whether weight decay applies: to kernels, not to biases, nor to scales and offsets of normalisations. */
  readonly decays: boolean;
}

/** How variables follow their gradients. */
export interface Optimizer {
  readonly learningRate: Schedule;
  /** Adds the optimizer's part to a graph, in several turns of the event loop; what changes from step to step is fed through `inputs`. */
  build(g: GraphBuilder, learned: readonly LearnedVariable[], inputs: StepInputs): Promise<OptimizerGraph>;
}

/** Optimizers by kinds. */
export const optimizers = new Registry<'optimizer', Optimizer>('optimizer');

/** Adds a variable that an optimizer keeps of another one, of its shape. `name`: one word, different for each of them. */
export function addSlot(g: GraphBuilder, variable: Variable, name: string): Variable {
  return addVariable(g, `${variable.name}/.OPTIMIZER_SLOT/${name}`, variable.shape);
}
