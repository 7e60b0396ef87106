import type { ModelId } from '../../../lib/movinet/options';

/**
 * What is timed of a network: `forward`: the logits of a batch of clips; `frame`: those of one more frame of a stream, its states carried; `head-step`: one step of
 * Adam of the classifier head; `full-step`: one of all stages, batch normalisation by the moving statistics; `batch-norm-step`: the same, by the batch's own, which
 * move these.
 */
export type ModelWorkKind = 'forward' | 'frame' | 'head-step' | 'full-step' | 'batch-norm-step';

export interface ModelWork {
  readonly name: string;
  readonly kind: ModelWorkKind;
  readonly model: ModelId;
  /** Of the input, float32 [clips, frames, size, size, 3]. */
  readonly clips: number;
  readonly frames: number;
  readonly size: number;
  /** Where the work is for so many threads, whatever was asked for. */
  readonly threads?: number;
}

/** `all-frames`: every frame of some files, one after another; `clips`: the frames of given clips, wherever they are. Each frame resized to `size`². */
export type DecodingWorkKind = 'all-frames' | 'clips';

export interface DecodingWork {
  readonly name: string;
  readonly kind: DecodingWorkKind;
  readonly size: number;
}

export type Work = ModelWork | DecodingWork;
export type WorkKind = Work['kind'];

const CLIPS = { clips: 8, frames: 8, size: 224 } as const;

export const WORKS: readonly Work[] = [
  { name: 'a0-base-forward', kind: 'forward', model: 'a0-base', ...CLIPS },
  { name: 'a0-base-head-step', kind: 'head-step', model: 'a0-base', ...CLIPS },
  { name: 'a0-base-full-step', kind: 'full-step', model: 'a0-base', ...CLIPS },
  { name: 'a0-base-batch-norm-step', kind: 'batch-norm-step', model: 'a0-base', ...CLIPS },
  { name: 'a0-stream-relu6-forward', kind: 'forward', model: 'a0-stream-relu6', ...CLIPS },
  { name: 'a0-stream-forward', kind: 'forward', model: 'a0-stream', ...CLIPS },
  { name: 'a2-base-forward', kind: 'forward', model: 'a2-base', ...CLIPS },
  { name: 'a2-stream-forward', kind: 'forward', model: 'a2-stream', ...CLIPS },
  {
    ...{ name: 'a0-stream-relu6-frame', kind: 'frame', model: 'a0-stream-relu6' },
    ...{ clips: 1, frames: 1, size: 172, threads: 1 },
  },
  { name: 'decode-all-frames', kind: 'all-frames', size: 224 },
  { name: 'decode-clips', kind: 'clips', size: 224 },
];

export const WORK_NAMES: readonly string[] = WORKS.map(({ name }) => name);

export function isDecoding(work: Work): work is DecodingWork {
  return work.kind === 'all-frames' || work.kind === 'clips';
}

/** Frames of a stream, or steps of training, whose logits or losses are compared before they are timed: enough for every state to matter. */
export function comparedRuns({ kind }: ModelWork): number {
  return kind === 'frame' ? 5 : kind === 'forward' ? 1 : 2;
}
