import { limitLine, seedLine } from '../../../lib/cli/train/telling';
import type { EpochRecord } from '../../../lib/metrics/history/history';

const epoch = (decode: number, compute: number): EpochRecord => ({
  ...{ epoch: 1, step: 1, seconds: 1, metrics: {} },
  timing: { decode, copy: 0, compute, validation: 9 },
});

it.each([
  [[epoch(6, 4), epoch(4, 6)], /^Decoding is the limit: .* \(training waited for clips 50\.0 % of its time\)$/],
  [[epoch(0, 10)], /^Computing is the limit: .* 0\.0 % of its time\)$/],
  [[epoch(2, 8)], /^Decoding and computing take as long: neither is the limit \(.* 20\.0 % of its time\)$/],
])('says what would make a run faster: %j', (epochs, line) => {
  expect(limitLine(epochs)).toMatch(line);
});

it('says nothing of a run that was not measured', () => {
  expect(limitLine([{ epoch: 1, step: 1, seconds: 1, metrics: {} }])).toBeUndefined();
});

it('promises the last bit on the CPU alone', () => {
  const [cpu, gpu] = [{ config: { cpuOnly: true } }, { config: { gpu: 0 } }];
  expect(seedLine(7, cpu)).toMatch(/^Seed: 7; .* to the last bit$/);
  expect(seedLine(7, gpu)).toMatch(/^Seed: 7; .* a GPU rounds/);
});
