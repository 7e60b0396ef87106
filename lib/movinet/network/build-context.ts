import type { GraphBuilder } from '../../graph/builder';
import type { MovinetOptions } from '../options';
import type { ClipLayout } from './layout';
import type { NetworkParameters } from './parameters';
import { placeholder } from '../../graph/ops';
import type { GraphShape, Output } from '../../native/graph';
import type { DType } from '../../native/tensor';

export interface StateTensor {
  /** The official name, e.g. `state_block1_layer0_stream_buffer` (specification §3.1). */
  readonly name: string;
  readonly dtype: DType;
  readonly shape: GraphShape;
  readonly input: Output;
  output: Output | undefined;
}

/**
 * Frames that a causal network carries from one call to the next in memory that it writes itself: a ring of twice as many slots as frames, float32. A call
 * leaves the frames as they were, and puts its own last ones, no more than there are of these, into the slots behind them.
 */
export interface StateRing {
  /** As of {@link StateTensor}. */
  readonly name: string;
  /** Of the frames, the oldest first: [batch, frames, height, width, channels]. */
  readonly shape: GraphShape;
  /** [batch, 2 · frames, height, width, channels]. */
  readonly input: Output;
}

/** The shape of a ring of frames [batch, frames, …]: [batch, 2 · frames, …]. */
export function ringSlots([batch = 0, frames = 0, ...rest]: readonly number[]): number[] {
  return [batch, 2 * frames, ...rest];
}

/** The states that a causal network carries from one call to the next, as inputs and outputs of the graph. */
export class StreamStates {
  readonly tensors: StateTensor[] = [];
  readonly rings: StateRing[] = [];
  /** int32 [rings], the slots of the oldest frames; undefined where there are no rings. */
  begins: Output | undefined;

  constructor(private readonly g: GraphBuilder) {}

  /** Adds a state's placeholder, and returns what the network reads and how it hands over the new value. */
  add(name: string, dtype: DType, shape: GraphShape): StateTensor {
    const state = { name, dtype, shape, input: placeholder(this.g, dtype, shape, name), output: undefined };
    this.tensors.push(state);
    return state;
  }

  /** Adds a ring's placeholder, and returns what the network reads, and its place among the rings. */
  addRing(name: string, shape: readonly number[]): { input: Output; begins: Output; index: number } {
    this.begins ??= placeholder(this.g, 'int32', [-1], 'state_ring_begins');
    const input = placeholder(this.g, 'float32', ringSlots(shape), name);
    this.rings.push({ name, shape: [...shape], input });
    return { input, begins: this.begins, index: this.rings.length - 1 };
  }
}

/** What the parts of one network share while it is built. */
export interface BuildContext {
  readonly g: GraphBuilder;
  readonly options: MovinetOptions;
  readonly parameters: NetworkParameters;
  readonly layout: ClipLayout;
  /** What is carried from call to call; undefined where a clip is all there is. */
  readonly states: StreamStates | undefined;
}
