import { MovinetError } from '../../../../lib/base/errors';
import type { Machine } from '../../../../scripts/bench/machine';
import { flat, linear, memory, seconds, type Series } from '../../../../scripts/bench/scale/series';

/** Its work is never done: tests give the values. */
export const SERIES: Series = {
  ...{ name: 'batch', against: 'clips in a batch', about: 'A step <of> clips.' },
  ...{ points: [1, 4, 16, 64], quickPoints: [1, 4, 16] },
  measures: { step: seconds('one training step', linear(1.5)), turn: seconds('longest turn'), memory: memory(flat(2)) },
  work: () => Promise.reject(new MovinetError('not in tests')),
};

const MIB = 2 ** 20;

/** A step in proportion, and memory as it is given, in MiB. */
export const valuesAt = (at: number, mebibytes = 100): Record<string, number> => ({
  ...{ step: 0.01 * at, turn: 0.001, memory: mebibytes * MIB },
});

export const MACHINE: Machine = {
  cpu: { model: 'Some CPU', processors: 2, memoryBytes: 2 ** 33, features: [], lacking: [] },
  versions: { 'movinet-native': '0.1.0', node: '20', tensorflow: '2.21.0', opencv: '4.6.0' },
  otherLoad: [0, 0],
};
