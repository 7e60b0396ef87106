import { RunMetadata } from '../../lib/native/messages';
import { RunProfile } from '../../lib/runtime/run-profile';

/** A run of operations, each `[type, microseconds]`. */
const traced = (...operations: readonly (readonly [type: string, micros: number])[]): Uint8Array =>
  RunMetadata.encode({
    step_stats: {
      dev_stats: [
        {
          device: '/device:CPU:0',
          node_stats: operations.map(([type, micros], i) => ({
            ...{ node_name: `node${i}`, timeline_label: `node${i} = ${type}(input)` },
            ...{ all_start_micros: 100, op_start_rel_micros: 5, op_end_rel_micros: 5 + micros },
          })),
        },
      ],
    },
  }).finish();

it('sums the operations of a type, and gives the mean of the runs, the longest first', () => {
  const profile = new RunProfile();
  profile.add(traced(['Add', 1], ['Conv2D', 30], ['Conv2D', 10]));
  profile.add(traced(['Add', 3], ['Conv2D', 60]));
  const byType = profile.byType();
  expect(byType.map(({ type, count }) => [type, count])).toEqual([
    ['Conv2D', 1.5],
    ['Add', 1],
  ]);
  expect(byType.map(({ seconds }) => seconds * 1e6)).toEqual([expect.closeTo(50, 9), expect.closeTo(2, 9)]);
});

it('has nothing of no run', () => {
  expect(new RunProfile().byType()).toEqual([]);
});
