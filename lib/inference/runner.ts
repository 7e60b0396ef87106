import type { NativeTensor } from '../native/tensor';
import type { Outcome } from '../metrics/running-metrics';

/** What a batch holds: clips [batch, frames, height, width, 3], or the features [batch, headFilters] of a frozen backbone. */
export type InputKind = 'clips' | 'features';

/** Anything that can classify batches in inference mode. */
export interface Runner {
  /** Whether features of a clip stay the same, so that they may be kept. */
  readonly frozenBackbone: boolean;
  /** `targets`, row-major [batch, classes], matter for the losses only. Default: none, losses of 0. */
  evaluate(inputs: NativeTensor, targets?: Float32Array, kind?: InputKind): Promise<Outcome>;
  /** [batch, headFilters]; the caller disposes. */
  features(clips: NativeTensor): Promise<NativeTensor>;
}
