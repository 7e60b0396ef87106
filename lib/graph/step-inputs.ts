import type { Output } from '../native/graph';
import type { GraphBuilder } from './builder';
import { placeholder } from './ops';

/** A number that changes from step to step, fed to the graph. */
export interface StepInput {
  readonly placeholder: Output;
  readonly dtype: 'float32' | 'int32';
  /** Its value at a step, counted from 0. */
  readonly value: (step: number) => number;
}

/**
 * Everything of a graph that differs from step to step, the clips aside: rates, Adam's powers, the step that random numbers are drawn for. Nothing counts inside the
 * graph, so a run can go on from any step.
 */
export class StepInputs {
  private readonly inputs: StepInput[] = [];
  private counter: Output | undefined;

  constructor(private readonly g: GraphBuilder) {}

  /** A scalar that is `value(step)` in each step. */
  feed(value: StepInput['value'], dtype: StepInput['dtype'] = 'float32'): Output {
    const input = { placeholder: placeholder(this.g, dtype, []), dtype, value };
    this.inputs.push(input);
    return input.placeholder;
  }

  /** The step itself, an int32 scalar. */
  get step(): Output {
    return (this.counter ??= this.feed((step) => step, 'int32'));
  }

  /** In the order of their making. */
  get all(): readonly StepInput[] {
    return this.inputs;
  }
}
