import type { Addon } from '../native/addon';
import type { NativeSession, RunPlan } from '../native/session';
import type { NativeTensor } from '../native/tensor';
import type { Outcome } from '../metrics/outcome';

/** What a batch holds: clips [batch, frames, height, width, 3], float32 in [0, 1] or uint8, or the features [batch, headFilters] of a frozen backbone. */
export type InputKind = 'clips' | 'features';

/** Where a batch is fed to a graph: clips that are uint8 as `bytes`. */
export type FeedKind = InputKind | 'bytes';

export const feedKind = ({ dtype }: NativeTensor, kind: InputKind): FeedKind =>
  kind === 'clips' && dtype === 'uint8' ? 'bytes' : kind;

/** Anything that can classify batches in inference mode. */
export interface Runner {
  /** Whether features of a clip stay the same, so that they may be kept. */
  readonly frozenBackbone: boolean;
  /** `targets`, row-major [batch, classes], matter for the losses only. Default: none, and losses that say nothing. */
  evaluate(inputs: NativeTensor, targets?: Float32Array, kind?: InputKind): Promise<Outcome>;
  /** [batch, headFilters]; the caller disposes. */
  features(clips: NativeTensor): Promise<NativeTensor>;
}

/** Dense targets as float32 [batch, classes], those of {@link Runner.evaluate} for `inputs` where none are given; the caller disposes. */
export function targetTensor(
  addon: Pick<Addon, 'createTensor'>,
  classes: number,
  inputs: NativeTensor,
  targets?: Float32Array,
): NativeTensor {
  const batch = targets === undefined ? (inputs.shape[0] ?? 0) : targets.length / classes;
  const tensor = addon.createTensor('float32', [batch, classes]);
  if (targets !== undefined) (tensor.data() as Float32Array).set(targets);
  return tensor;
}

/** Runs a plan that fetches logits and losses. */
export async function runForOutcome(session: NativeSession, plan: RunPlan, feeds: NativeTensor[]): Promise<Outcome> {
  const [logits, losses] = (await session.run(plan, feeds)) as [NativeTensor, NativeTensor];
  return { logits: copyAndDispose(logits), losses: copyAndDispose(losses) };
}

export function copyAndDispose(tensor: NativeTensor): Float32Array {
  using owned = tensor;
  return (owned.data() as Float32Array).slice();
}
