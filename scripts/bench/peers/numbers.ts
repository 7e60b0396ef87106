import { relativeError } from '../../parity/errors';
import type { Precision } from '../../../lib/runtime/session-config';
import type { WorkKind } from './works';

const FLOAT32_LIMIT = 1e-4;
/** bfloat16 has eight bits of a number. */
const BFLOAT16_LIMIT = 0.05;
/** Adam makes whole steps of gradients that are rounding noise, so losses after a step drift apart. */
const AFTER_STEP_LIMIT = 0.01;

export interface NumbersCheck {
  /** Of logits, of the first step's loss, or of numbers of frames. */
  readonly error: number;
  readonly equal: boolean;
}

/** Whether a peer has computed what we have. Numbers of frames have to be the same. */
export function checkNumbers(
  kind: WorkKind,
  precision: Precision,
  theirs: readonly number[],
  ours: readonly number[],
): NumbersCheck {
  const limit = precision === 'float32' ? FLOAT32_LIMIT : BFLOAT16_LIMIT;
  switch (kind) {
    case 'all-frames':
    case 'clips': {
      const error = relativeError(theirs, ours);
      return { error, equal: error === 0 };
    }
    case 'forward':
    case 'frame': {
      const error = relativeError(theirs, ours);
      return { error, equal: error <= limit };
    }
    case 'head-step':
    case 'full-step':
    case 'batch-norm-step': {
      const error = relativeError(theirs.slice(0, 1), ours.slice(0, 1));
      const later = relativeError(theirs.slice(1), ours.slice(1));
      return { error, equal: error <= limit && later <= Math.max(limit, AFTER_STEP_LIMIT) };
    }
  }
}
