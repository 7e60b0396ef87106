import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../../lib/base/errors';
import { compareSuites, formatComparison, machineDifferences, readSuite } from '../../../scripts/bench/compare';
import type { Machine } from '../../../scripts/bench/machine';
import type { BenchmarkResult } from '../../../scripts/bench/results';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'movinet-bench-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const machine: Machine = {
  cpu: { model: 'CPU', processors: 2, memoryBytes: 2 ** 30, features: [], lacking: [] },
  versions: { 'movinet-native': '1', node: '20', tensorflow: '2.21.0', opencv: '4.6.0' },
  otherLoad: [0, 0],
};

const result = (name: string, seconds: number, more: Partial<BenchmarkResult> = {}): BenchmarkResult => ({
  ...{ program: 'some_bench', name, iterations: 3, seconds, cpuSeconds: seconds },
  ...more,
});

function write(content: object | string): string {
  const path = join(folder, 'old.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const stored = (benchmarks: readonly BenchmarkResult[]) => ({
  ...{ format: 1, date: '2026-01-01T00:00:00Z', machine, minSeconds: 1, repetitions: 3, benchmarks },
});

it('compares what both have, by medians, with what the repetitions allow', async () => {
  const before = await readSuite(
    write(stored([result('One', 2, { spread: [1, 4] }), result('Gone', 1), result('Failed', 0, { error: 'no' })])),
  );
  const after = [result('New', 1), result('One', 3, { spread: [2, 5] }), result('Failed', 1)];
  expect(compareSuites(before, after)).toEqual([{ name: 'One', before: 2, after: 3, ratio: 1.5, spread: [0.5, 5] }]);
});

it('compares no times of other videos', () => {
  const before = { benchmarks: [result('Decode', 1, { label: 'UCF101' })] };
  expect(compareSuites(before, [result('Decode', 1, { label: 'generated' })])).toEqual([]);
});

it('calls faster or slower only what the spreads leave no doubt of', () => {
  const before = { benchmarks: ['Same', 'Faster', 'Slower'].map((name) => result(name, 1, { spread: [0.9, 1.1] })) };
  const after = [
    result('Same', 1.15, { spread: [1, 1.3] }),
    result('Faster', 0.5, { spread: [0.4, 0.8] }),
    result('Slower', 2, { spread: [1.5, 2.5] }),
  ];
  expect(formatComparison(compareSuites(before, after)).split('\n')).toEqual([
    'benchmark  before     now  now/before        spread',
    'Same       1.00 s  1.15 s        1.15  0.91 to 1.44',
    'Faster     1.00 s  500 ms        0.50  0.36 to 0.89  faster',
    'Slower     1.00 s  2.00 s        2.00  1.36 to 2.78  slower',
  ]);
});

it('says what of the machine is another', () => {
  const other = { ...machine, versions: { ...machine.versions, tensorflow: '2.12.0' } };
  expect(machineDifferences({ ...other, cpu: { ...other.cpu }, versions: { ...other.versions } }, machine)).toEqual([
    'Another tensorflow: 2.12.0 before, 2.21.0 now',
  ]);
});

it.each([
  ['another format', { ...stored([]), format: 99 }, /old\.json is of format 99, and this is format 1/],
  ['another file', { format: 1, names: [] }, /old\.json has no results of/],
  ['no JSON', 'benchmarks', /old\.json cannot be compared with/],
])('refuses %s in one line', async (_, content, message) => {
  const read = readSuite(write(content));
  await expect(read).rejects.toThrow(UsageError);
  await expect(read).rejects.toThrow(message);
});

it('refuses a file that is not there', async () => {
  await expect(readSuite(join(folder, 'none.json'))).rejects.toThrow(UsageError);
});
