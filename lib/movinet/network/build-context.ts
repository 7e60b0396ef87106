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

/** The states that a causal network carries from one call to the next, as inputs and outputs of the graph. */
export class StreamStates {
  readonly tensors: StateTensor[] = [];

  constructor(private readonly g: GraphBuilder) {}

  /** Adds a state's placeholder, and returns what the network reads and how it hands over the new value. */
  add(name: string, dtype: DType, shape: GraphShape): StateTensor {
    const state = { name, dtype, shape, input: placeholder(this.g, dtype, shape, name), output: undefined };
    this.tensors.push(state);
    return state;
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
