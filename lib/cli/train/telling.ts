import type { EpochRecord } from '../../metrics/history/history';
import { percent } from '../../metrics/shown';
import { limitOf, type TrainingLimit } from '../../metrics/history/training-limit';
import type { ChosenDevice } from '../../runtime/device';

/** What comes out the same again, by its seed and where it runs. */
export function seedLine(seed: number, { config }: Pick<ChosenDevice, 'config'>): string {
  return config.cpuOnly === true
    ? `Seed: ${seed}; the same options give the same numbers again on this machine, to the last bit`
    : `Seed: ${seed}; the same options give the same clips again, but a GPU rounds sums otherwise each time`;
}

const ADVICE: Readonly<Record<TrainingLimit['by'], string>> = {
  decoding: 'Decoding is the limit: more --decode-threads, smaller videos or --fixed-clips would help',
  computing: 'Computing is the limit: a smaller model, fewer frames or another device would help',
  balanced: 'Decoding and computing take as long: neither is the limit',
};

/** What would make the run faster; undefined where no time was measured. */
export function limitLine(epochs: readonly EpochRecord[]): string | undefined {
  const limit = limitOf(epochs.flatMap(({ timing }) => (timing === undefined ? [] : [timing])));
  if (limit === undefined) return undefined;
  return `${ADVICE[limit.by]} (training waited for clips ${percent(limit.waiting)} of its time)`;
}
