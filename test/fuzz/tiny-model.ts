import type { Parameter } from '../../lib/movinet/architecture';

const parameter = (path: string, shape: readonly number[]): Parameter => ({
  ...{ path, shape, role: 'kernel', stage: 'head' },
  ...{ trainable: true, regularized: false },
});

/** The variables of the model in the corpus. */
export const TINY_PARAMETERS: readonly Parameter[] = [
  parameter('layer_with_weights-1/dense/kernel', [2, 3]),
  parameter('layer_with_weights-1/dense/bias', [3]),
];
