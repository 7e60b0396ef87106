import type { GraphBuilder } from '../../graph/builder';
import { floatConstant, multiply } from '../../graph/ops';
import type { StepInputs } from '../../graph/step-inputs';
import type { Variable } from '../../graph/variables';
import type { GradientTransform } from '../../learning/gradient-transform';
import type { Optimizer } from '../../learning/optimizer';
import type { WeightAverage } from '../../learning/weight-average';
import type { Output } from '../../native/graph';

/** A variable that learns, with what is known of it beside its gradient. */
export interface Learning {
  readonly variable: Variable;
  /** Of its learning rate. */
  readonly factor: number;
  readonly decays: boolean;
}

/** How gradients become a step. */
export interface StepRule {
  readonly learning: readonly Learning[];
  /** Float32 scalar, the factors of the variables aside. */
  readonly rate: Output;
  readonly transforms: readonly GradientTransform[];
  readonly optimizer: Optimizer;
  readonly average: WeightAverage | undefined;
  readonly inputs: StepInputs;
}

/** One step from gradients. */
export interface StepUpdate {
  /** Run this. It changes nothing until all gradients are there, and transformed. */
  readonly operation: string;
  /** What waits until then. */
  readonly complete: string;
  /** As transforms left them, beside the variables that learn. */
  readonly gradients: readonly Output[];
  readonly slots: readonly Variable[];
  /** What classifies in place of each variable; empty without averages. */
  readonly averages: ReadonlyMap<Variable, Variable>;
  readonly averageSlots: readonly Variable[];
}

/** Adds a step, in several turns of the event loop. Several of one graph share their slots. */
export async function buildStepUpdate(
  g: GraphBuilder,
  given: readonly Output[],
  { learning, rate, transforms, optimizer, average, inputs }: StepRule,
): Promise<StepUpdate> {
  const transformed = transforms.reduce<readonly Output[]>((outputs, transform) => transform.build(g, outputs), given);
  const complete = g.group(operationsOf(transformed));
  // All that an optimizer is given waits: a step that fails on its way has changed nothing.
  const waiting = (output: Output): Output => g.op('Identity', [output], {}, { controlInputs: [complete] });
  const gradients = transformed.map(waiting);
  const rates = new Map(
    [...new Set(learning.map(({ factor }) => factor))].map((factor) => [factor, waiting(scaled(g, rate, factor))]),
  );
  const learned = learning.map(({ variable, factor, decays }, i) => ({
    ...{ variable, decays, gradient: gradients[i] as Output, rate: rates.get(factor) as Output },
  }));
  const optimized = await g.inScopeByTurns('optimizer', () => optimizer.build(g, learned, inputs));
  const variables = learning.map(({ variable }) => variable);
  const averaged = await g.inScopeByTurns('average', async () =>
    average?.build(g, variables, optimized.updates, inputs),
  );
  return {
    operation: g.group([...optimized.updates, ...(averaged?.updates ?? [])]),
    ...{ complete, gradients, slots: optimized.slots },
    ...{ averages: averagesOf(variables, averaged?.slots ?? []), averageSlots: averaged?.slots ?? [] },
  };
}

export const operationsOf = (outputs: readonly Output[]): string[] =>
  outputs.map((output) => output.replace(/:\d+$/, ''));

const scaled = (g: GraphBuilder, rate: Output, factor: number): Output =>
  factor === 1 ? rate : multiply(g, rate, floatConstant(g, factor));

/** Which slot beside a variable is its average. */
function averagesOf(variables: readonly Variable[], slots: readonly Variable[]): Map<Variable, Variable> {
  const beside = (variable: Variable): Variable | undefined =>
    slots.find(({ name }) => name.startsWith(`${variable.name}/.OPTIMIZER_SLOT/`));
  const found = variables.map((variable) => [variable, beside(variable)] as const);
  return new Map(found.filter((pair): pair is [Variable, Variable] => pair[1] !== undefined));
}
