import type { EpochRecord, RunState, ValidationRecord } from '../run-state';

/** One line of a log. */
export type LogEntry =
  ({ readonly kind: 'epoch' } & EpochRecord) | ({ readonly kind: 'validation' } & ValidationRecord);

export const epochEntry = (record: EpochRecord): LogEntry => ({ kind: 'epoch', ...record });

export const validationEntry = (record: ValidationRecord): LogEntry => ({ kind: 'validation', ...record });

/** All that a run has measured, in the order in which it did: what its log is, whatever a process that was killed had written after its last snapshot. */
export function entriesOf({ history, validations }: Pick<RunState, 'history' | 'validations'>): LogEntry[] {
  const entries = [...validations.map(validationEntry), ...history.map(epochEntry)];
  // Stable: validation after an epoch's last step comes before the epoch's end.
  return entries.sort((a, b) => a.epoch - b.epoch || a.step - b.step);
}
