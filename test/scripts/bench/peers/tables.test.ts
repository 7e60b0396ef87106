import type { Machine } from '../../../../scripts/bench/machine';
import type { PeersReport, WorkResult } from '../../../../scripts/bench/peers/results';
import { formatPeers, peersMarkdown } from '../../../../scripts/bench/peers/tables';
import { WORK } from './support';

const work: WorkResult = {
  ...{
    work: WORK,
    threads: 2,
    precision: 'float32',
    items: { count: 4, unit: 'clips' },
    milliseconds: [200, 210, 190],
  },
  peers: [
    {
      ...{ peer: 'a', title: 'Program A', status: 'compared', versions: { a: '2.0' }, error: 1e-6, idleLoad: 0 },
      ...{ ratio: { median: 2, min: 1.904, max: 2.1 }, milliseconds: [400, 400, 399] },
    },
    { peer: 'b', title: 'B', status: 'differs', error: 0.0123 },
    { peer: 'c', title: 'C', status: 'failed', reason: 'no Python' },
  ],
};

it('has a line for each peer, and the reason where there are no figures', () => {
  expect(formatPeers({ works: [work] }).split('\n')).toEqual([
    'work   peer       its time to ours    ours    peer          ours          peer',
    'small  Program A  2.00 [1.90–2.10]  200 ms  400 ms  20.0 clips/s  10.0 clips/s',
    'small  B          not compared: its numbers differ from ours by 0.012',
    'small  C          no Python',
  ]);
});

it('is a table of Markdown of what was compared, with the programs and their versions', () => {
  const machine: Machine = {
    cpu: { model: 'Some processor', processors: 2, memoryBytes: 2 ** 30, features: [], lacking: [] },
    versions: { 'movinet-native': '1.0.0', node: '22.0.0', tensorflow: '2.0.0', opencv: '4.0.0' },
    otherLoad: [0, 0],
  };
  const report: PeersReport = { date: '2026-11-27T12:00:00.000Z', machine, rounds: 3, works: [work] };
  expect(peersMarkdown(report, 'Some processor; node 22').split('\n')).toEqual([
    '| work | peer | its time to ours | ours | peer | ours | peer |',
    '|---|---|--:|--:|--:|--:|--:|',
    '| `small` | Program A | 2.00 [1.90–2.10] | 200 ms | 400 ms | 20.0 clips/s | 10.0 clips/s |',
    '',
    'Median and extremes of 3 rounds in turns, 2 threads, 2026-11-27: Some processor; node 22;',
    'a 2.0.',
  ]);
});
