import { Option } from 'commander';
import { UsageError } from '../../base/errors';
import type { Task } from '../../base/task';
import { shareBelowOne } from './options';

/** When a clip counts as of a class of a multi-label model. */
export const thresholdOptions = { threshold: shareBelowOne.exactOptional() };

export const thresholdOption = (): Option =>
  new Option(
    '--threshold <probability>',
    'of a multi-label model: a clip counts as of each class whose probability is above it (default: 0.5)',
  );

/** Throws {@link UsageError} where a model's clips have one class each, the likeliest. */
export function checkThreshold(threshold: number | undefined, { kind }: Task): void {
  if (threshold !== undefined && kind !== 'multi-label')
    throw new UsageError('Option --threshold: the model is single-label: its clips have one class, the likeliest');
}
