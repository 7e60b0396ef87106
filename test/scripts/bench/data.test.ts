import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { UsageError } from '../../../lib/base/errors';
import { formatDataTimes, parseDataBenchOptions } from '../../../scripts/bench/data-command';
import { timeLists } from '../../../scripts/bench/data-lists';

const left = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('movinet-bench-'));

it('times listing and planning of real files, and leaves none', async () => {
  const before = left();
  const times = await timeLists(300, 2);
  expect(times.map(({ step, entries }) => [step, entries])).toEqual([
    ['list', 300],
    ['plan', 300],
  ]);
  for (const { seconds, longestTurn } of times) {
    expect(seconds).toBeGreaterThan(0);
    expect(longestTurn).toBeGreaterThan(0);
  }
  expect(left()).toEqual(before);
});

it('shows a line for each', () => {
  const times = [
    { step: 'list', entries: 1000, seconds: 0.0123, longestTurn: 0.004 },
    { step: 'plan', entries: 100000, seconds: 1.5, longestTurn: 0.0061 },
  ] as const;
  expect(formatDataTimes(times)).toBe(
    [
      'step   files     time  longest turn',
      'list    1000  12.3 ms       4.00 ms',
      'plan  100000   1.50 s       6.10 ms',
    ].join('\n'),
  );
});

it('takes numbers of files, and nothing else', () => {
  expect(parseDataBenchOptions(['--entries', '10', '--entries', '20', '--json'])).toEqual({
    entries: [10, 20],
    ...{ json: true, verbose: false },
  });
  for (const wrong of ['1', 'x', '1.5', '-3', '']) {
    expect(() => parseDataBenchOptions([`--entries=${wrong}`])).toThrow(UsageError);
  }
});
