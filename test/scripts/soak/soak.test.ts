import { soak } from '../../../scripts/soak/command';
import { runInProcess } from '../../cli/support/run-in-process';

it('runs each kind of work in a process of its own, and tells what that holds', async () => {
  const { status, stdout, stderr } = await runInProcess(soak, [
    '--quick',
    '--json',
    '--series',
    'clips',
    '--series',
    'broken-files',
  ]);
  expect([status, stderr]).toEqual([0, '']);
  const { series } = JSON.parse(stdout) as {
    series: { series: string; readings: { step: number; tensors: number }[] }[];
  };
  expect(series.map(({ series: name }) => name)).toEqual(['clips', 'broken-files']);
  for (const { readings } of series) {
    expect(readings.map(({ step }) => step)).toEqual(Array.from({ length: 12 }, (_, i) => 10 * (i + 1)));
    // Of a session and a batch or two, not of each step.
    expect(Math.min(...readings.slice(6).map(({ tensors }) => tensors))).toBeLessThan(20);
  }
}, 120_000);
