import type { EpochTiming } from './history';

/** What a run's training waits for. */
export interface TrainingLimit {
  /** `decoding`: for clips; `computing`: for TensorFlow and what is copied to and from it; `balanced`: neither would be worth much alone. */
  readonly by: 'decoding' | 'computing' | 'balanced';
  /** Of the time of training, validation aside, that it waited for clips: 0 to 1. */
  readonly waiting: number;
}

/** Clips are decoded ahead: what is waited for is only what decoding takes longer than the steps. */
const [BALANCED_FROM, DECODING_FROM] = [0.1, 0.3];

/**
 * Which part of training is the limit, over some epochs: whether faster decoding (more threads, smaller videos, clips that are drawn once) or a faster device would help.
 * Undefined where no time was measured.
 */
export function limitOf(epochs: readonly EpochTiming[]): TrainingLimit | undefined {
  const total = (of: (timing: EpochTiming) => number): number => epochs.reduce((sum, timing) => sum + of(timing), 0);
  const decode = total((timing) => timing.decode);
  const all = decode + total(({ copy, compute }) => copy + compute);
  if (!(all > 0)) return undefined;
  const waiting = decode / all;
  return { by: waiting >= DECODING_FROM ? 'decoding' : waiting < BALANCED_FROM ? 'computing' : 'balanced', waiting };
}
