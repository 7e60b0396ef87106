import { GraphBuilder } from '../graph/builder';
import { placeholder } from '../graph/ops';
import type { Addon } from '../native/addon';
import type { Output } from '../native/graph';
import type { Architecture, Parameter } from './architecture';
import { MovinetNetwork } from './network/network';
import { NetworkParameters } from './network/parameters';
import { StreamStates, type StateTensor } from './network/build-context';
import { VariableStore } from '../graph/variables';
import type { Weights } from '../graph/weights';

/** A model's forward pass in inference mode, in a graph of its own. */
export interface InferenceGraph {
  readonly builder: GraphBuilder;
  /** float32 [batch, frames, height, width, 3]. */
  readonly clips: Output;
  /** [batch, headFilters]. */
  readonly features: Output;
  /** [batch, classes]. */
  readonly logits: Output;
  /** The variables, where it was built from variables. */
  readonly store: VariableStore<Parameter>;
  /** What a stream carries from call to call, in the order of the network; empty where states were not asked for. */
  readonly states: readonly StateTensor[];
}

export interface InferenceGraphOptions {
  /** `constants`: folded, fast. `variables`: in checkpoint shapes, for a SavedModel that can be trained on. */
  values: 'constants' | 'variables';
  /** −1 for any. Default: any number of frames of any size. `size`: of square frames, or [height, width]. */
  clip?: { frames: number; size: number | readonly [height: number, width: number] };
  /** Carry states from call to call: for causal networks. Default false: a clip is all there is. */
  states?: boolean;
  /** Name of the placeholder. Default `clips`. */
  inputName?: string;
}

export async function buildInferenceGraph(
  addon: Addon,
  { architecture, weights }: { readonly architecture: Architecture; readonly weights: Weights },
  options: InferenceGraphOptions,
): Promise<InferenceGraph> {
  const { frames, size } = options.clip ?? { frames: -1, size: -1 };
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  const builder = new GraphBuilder(addon);
  const store = new VariableStore<Parameter>(builder);
  const states = options.states === true ? new StreamStates(builder) : undefined;
  const clips = placeholder(builder, 'float32', [-1, frames, height, width, 3], options.inputName ?? 'clips');
  const parameters = new NetworkParameters(builder, store, {
    weights,
    variables: () => options.values === 'variables',
    statistics: 'moving',
  });
  const network = new MovinetNetwork(builder, architecture, parameters, states ? { states } : {});
  const features = await network.features(clips);
  return { builder, clips, features, logits: network.logits(features), store, states: states?.tensors ?? [] };
}
