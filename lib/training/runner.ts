import type { NativeTensor } from '../native/tensor';

/** What one pass over a batch gave. */
export interface BatchResult {
  /** Row-major [batch, classes]. */
  readonly logits: Float32Array;
  /** [batch], nats. */
  readonly losses: Float32Array;
}

/** What a batch holds: clips [batch, frames, height, width, 3], or the features [batch, headFilters] of a frozen backbone. */
export type InputKind = 'clips' | 'features';

/** Anything that can classify batches in inference mode. */
export interface InferenceRunner {
  /** Whether features of a clip stay the same, so that they may be kept. */
  readonly frozenBackbone: boolean;
  evaluate(inputs: NativeTensor, labels: Int32Array, kind?: InputKind): Promise<BatchResult>;
  /** [batch, headFilters]; the caller disposes. */
  features(clips: NativeTensor): Promise<NativeTensor>;
}
