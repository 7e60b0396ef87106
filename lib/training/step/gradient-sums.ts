import type { GraphBuilder } from '../../graph/builder';
import { divide, placeholder } from '../../graph/ops';
import type { Variable } from '../../graph/variables';
import { addSlot } from '../../learning/optimizer';
import type { Output } from '../../native/graph';
import { buildStepUpdate, operationsOf, type StepRule } from './step-update';

/**
 * A step from several runs of a graph, each of which adds its gradients to sums: which runs there are is chosen outside, so that the graph has no control flow. The sums are
 * over clips, and the step divides by how many there were: runs of any sizes make one as all of their clips at once would.
 */
export interface GradientSums {
  /** One beside each variable that learns. */
  readonly variables: readonly Variable[];
  /** Run one of them for clips: the first of a step, and each later one. */
  readonly begin: string;
  readonly add: string;
  /** Float32 scalar: feed how many clips were summed, and run `update` for the step. */
  readonly clips: Output;
  readonly update: string;
}

export interface GradientSumsOptions {
  /** Of a run, times its clips. */
  readonly gradients: readonly Output[];
  /** Bool scalar: whether to sum them. Default: they are. */
  readonly finite: Output | undefined;
  /** Adds operations that belong to each run over clips, after others. */
  readonly beside: (after: readonly string[]) => readonly string[];
}

/** Adds the sums, in several turns of the event loop: also to a graph that was run before. */
export async function buildGradientSums(
  g: GraphBuilder,
  rule: StepRule,
  { gradients, finite, beside }: GradientSumsOptions,
): Promise<GradientSums> {
  const clips = placeholder(g, 'float32', []);
  const complete = g.group(operationsOf(gradients));
  const variables: Variable[] = [];
  const means: Output[] = [];
  const [begun, added]: [string[], string[]] = [[], []];
  for (const [i, { variable }] of rule.learning.entries()) {
    await g.turn();
    const gradient = gradients[i] as Output;
    const counted = finite ? g.op('SelectV2', [finite, gradient, g.op('ZerosLike', [gradient])]) : gradient;
    const sum = addSlot(g, variable, 'gradientSum');
    const change = (type: string): string =>
      g.effect(type, [sum.handle, counted], { dtype: { type: 'float32' } }, { controlInputs: [complete] });
    begun.push(change('AssignVariableOp'));
    added.push(change('AssignAddVariableOp'));
    variables.push(sum);
    means.push(divide(g, sum.value, clips));
  }
  const { operation } = await buildStepUpdate(g, means, rule);
  return {
    ...{ variables, clips, update: g.group([operation], 'train_step_update') },
    begin: g.group([...begun, ...beside([complete])], 'train_step_begin'),
    add: g.group([...added, ...beside([complete])], 'train_step_add'),
  };
}
