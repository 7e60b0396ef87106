import type { Output } from '../native/graph';
import type { GraphBuilder } from './builder';
import { intConstant, placeholder } from './ops';

/** Where a run stands: everything that a graph is fed with follows from it. */
export interface StepCounter {
  /** Optimizer steps done. */
  readonly step: number;
  /** Batches that gradients were computed of: more than steps where several make one step, or where a step was left out. */
  readonly pass: number;
  /** Factor of every learning rate; 1 until a callback scales it. */
  readonly rateScale: number;
  /** Factor of the loss while its gradients are computed, so that float16 holds them; 1 otherwise. */
  readonly lossScale: number;
  /** Of a batch that is computed in parts: its clips before those of this run, and after them. Default: none. */
  readonly others?: { readonly before: number; readonly after: number };
}

/** Where every run begins. */
export const FIRST_STEP: StepCounter = { step: 0, pass: 0, rateScale: 1, lossScale: 1 };

/** A number that changes from step to step, fed to the graph. */
export interface StepInput {
  readonly placeholder: Output;
  readonly dtype: 'float32' | 'int32';
  readonly value: (at: StepCounter) => number;
}

/**
 * Everything of a graph that differs from step to step, the clips aside: rates, Adam's powers, what random numbers are drawn for. Nothing counts inside the
 * graph, so a run can go on from any step.
 */
export class StepInputs {
  private readonly inputs: StepInput[] = [];
  private counter: Output | undefined;
  private clips: { readonly before: Output; readonly after: Output } | undefined;

  constructor(private readonly g: GraphBuilder) {}

  /** A scalar that is `value(at)` in each run. */
  feed(value: StepInput['value'], dtype: StepInput['dtype'] = 'float32'): Output {
    const input = { placeholder: placeholder(this.g, dtype, []), dtype, value };
    this.inputs.push(input);
    return input.placeholder;
  }

  /** What random numbers are drawn for, an int32 scalar: each batch has its own. */
  get pass(): Output {
    return (this.counter ??= this.feed(({ pass }) => pass, 'int32'));
  }

  /** How many clips of the same batch are computed in other runs, int32 scalars: what is random follows from a clip's place in its batch. */
  get others(): { readonly before: Output; readonly after: Output } {
    return (this.clips ??= { before: this.count('before'), after: this.count('after') });
  }

  /** In the order of their making. */
  get all(): readonly StepInput[] {
    return this.inputs;
  }

  /** 0 where nothing is fed. */
  private count(where: 'before' | 'after'): Output {
    const output = this.g.op('PlaceholderWithDefault', [intConstant(this.g, 0)], { shape: { shape: [] } });
    this.inputs.push({ placeholder: output, dtype: 'int32', value: ({ others }) => others?.[where] ?? 0 });
    return output;
  }
}
