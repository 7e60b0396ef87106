import { UsageError } from '../../base/errors';
import { shareBelowOne } from '../../base/ranges';
import type { Task } from '../../base/task';
import { option } from '../options/option';

/** When a clip counts as of a class of a multi-label model. */
export const thresholdOption = option(shareBelowOne.exactOptional(), {
  value: '<probability>',
  help: 'of a multi-label model: a clip counts as of each class whose probability is above it',
  fallback: '0.5',
});

/** Throws {@link UsageError} where a model's clips have one class each, the likeliest. */
export function checkThreshold(threshold: number | undefined, { kind }: Task): void {
  if (threshold !== undefined && kind !== 'multi-label')
    throw new UsageError('Option --threshold: the model is single-label: its clips have one class, the likeliest');
}
