import { GraphBuilder } from '../graph/builder';
import { placeholder } from '../graph/ops';
import type { Addon } from '../native/addon';
import type { Output } from '../native/graph';
import type { Kernels } from '../native/kernels';
import type { Architecture, Parameter, Stage } from './architecture';
import { clipInput } from './network/clip-input';
import { MovinetNetwork } from './network/network';
import { NetworkParameters } from './network/parameters';
import { StreamStates, type StateRing, type StateTensor } from './network/build-context';
import { VariableStore } from '../graph/variables';
import type { Weights } from '../graph/weights';

/** A model's forward pass in inference mode, in a graph of its own. */
export interface InferenceGraph {
  readonly builder: GraphBuilder;
  /** float32 [batch, frames, height, width, 3]. */
  readonly clips: Output;
  /** uint8 of the same shape, fed in place of these; undefined where it was not asked for. */
  readonly bytes: Output | undefined;
  /** [batch, headFilters]. */
  readonly features: Output;
  /** [batch, classes]. */
  readonly logits: Output;
  /** The variables, where it was built from variables. */
  readonly store: VariableStore<Parameter>;
  /** What a stream carries from call to call, in the order of the network; empty where states were not asked for. */
  readonly states: readonly StateTensor[];
  /** What it carries in memory that its calls write, where fused kernels compute it. */
  readonly rings: { readonly states: readonly StateRing[]; readonly begins: Output | undefined };
  /** What each stage of the backbone gives, from the stem to the head, whose are the features; the others' are frames, [batch · frames, height, width, channels]. */
  readonly stages: readonly { readonly stage: Stage; readonly output: Output }[];
}

/** `constants`: batch normalisation folded into them, fast. `variables`: in checkpoint shapes, for a SavedModel that can be trained on. */
export type GraphValues = 'constants' | 'variables';

export interface InferenceGraphOptions {
  values: GraphValues;
  /** −1 for any. Default: any number of clips, of any number of frames of any size. `size`: of square frames, or [height, width]. */
  clip?: { batch?: number; frames: number; size: number | readonly [height: number, width: number] };
  /** Carry states from call to call: for causal networks. Default false: a clip is all there is. */
  states?: boolean;
  /** Whether clips may be fed as bytes too: then they are no placeholder. Default false. */
  bytes?: boolean;
  /** Name of the placeholder. Default `clips`. */
  inputName?: string;
  /** How constants are computed with. Default `PLAIN_KERNELS`. */
  kernels?: Kernels;
}

export async function buildInferenceGraph(
  addon: Addon,
  { architecture, weights }: { readonly architecture: Architecture; readonly weights: Weights },
  options: InferenceGraphOptions,
): Promise<InferenceGraph> {
  const { batch = -1, frames, size } = options.clip ?? { frames: -1, size: -1 };
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  const builder = new GraphBuilder(addon);
  const store = new VariableStore<Parameter>(builder);
  const states = options.states === true ? new StreamStates(builder) : undefined;
  const shape = [batch, frames, height, width, 3] as const;
  const { clips, bytes } =
    options.bytes === true
      ? clipInput(builder, shape)
      : { clips: placeholder(builder, 'float32', [...shape], options.inputName ?? 'clips'), bytes: undefined };
  const parameters = new NetworkParameters(builder, store, {
    weights,
    variables: () => options.values === 'variables',
    statistics: 'moving',
  });
  const stages: { stage: Stage; output: Output }[] = [];
  const onStage = (stage: Stage, output: Output): void => void stages.push({ stage, output });
  const { kernels } = options;
  const given = { onStage, ...(states && { states }), ...(kernels && { kernels }) };
  const network = new MovinetNetwork(builder, architecture, parameters, given);
  const features = await network.features(clips);
  const logits = network.logits(features);
  const rings = { states: states?.rings ?? [], begins: states?.begins };
  return { builder, clips, bytes, features, logits, store, states: states?.tensors ?? [], rings, stages };
}
