import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { QuietProgress } from '../../../../lib/cli/terminal/progress';
import { broken, inProcess, resultOf, runSeries } from '../../../../scripts/bench/scale/run-series';
import { SERIES, valuesAt } from './support';

const progress = new QuietProgress(process.stderr);
const { signal } = new AbortController();

it('measures each point of each series, of a quick run the quick ones', async () => {
  const measured: [string, number][] = [];
  const options = {
    ...{ progress, signal },
    measurePoint: (series: { name: string }, at: number) => {
      measured.push([series.name, at]);
      return Promise.resolve(valuesAt(at));
    },
  };
  const [result, ...others] = await runSeries([SERIES], { ...options, quick: true });
  expect(others).toEqual([]);
  expect(measured.splice(0)).toEqual([1, 4, 16].map((at) => ['batch', at]));
  expect(result).toMatchObject({ points: [1, 4, 16], series: SERIES });
  expect(result?.measures.map(({ name, values }) => [name, values])).toEqual([
    ['step', [0.01, 0.04, 0.16]],
    ['turn', [0.001, 0.001, 0.001]],
    ['memory', [100, 100, 100].map((mebibytes) => mebibytes * 2 ** 20)],
  ]);
  await runSeries([SERIES, SERIES], { ...options, quick: false });
  expect(measured).toHaveLength(8);
});

it('ends between two points where it is asked to', async () => {
  const stop = new AbortController();
  const measurePoint = (_: unknown, at: number) => {
    stop.abort();
    return Promise.resolve(valuesAt(at));
  };
  await expect(runSeries([SERIES], { quick: true, progress, signal: stop.signal, measurePoint })).rejects.toThrow(
    /aborted/,
  );
});

it('names what grows by more than is expected, and nothing that is only shown', () => {
  const points = SERIES.points.map((at) => ({ at, values: { ...valuesAt(at, 100 * at), turn: at ** 3 } }));
  expect(broken([resultOf(SERIES, points)])).toEqual(['batch: memory']);
  expect(() => resultOf(SERIES, [{ at: 1, values: { step: 1 } }])).toThrow('batch at 1 has no turn');
});

it('says in one line why a process failed, and leaves no folder', async () => {
  const left = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('movinet-bench-'));
  const before = left();
  const unknown = { ...SERIES, name: 'no-series' };
  await expect(inProcess(unknown, 1, signal)).rejects.toThrow(
    /^no-series at 1 failed: no-series is no series of points$/,
  );
  expect(left()).toEqual(before);
}, 60_000);
