import { logarithmicTicks, rangeOf } from '../../../../scripts/bench/scale/chart';
import { scaleJson } from '../../../../scripts/bench/scale/command';
import { scalePage } from '../../../../scripts/bench/scale/page';
import { resultOf } from '../../../../scripts/bench/scale/run-series';
import { formatPoint, scaleText } from '../../../../scripts/bench/scale/texts';
import { MACHINE, SERIES, valuesAt } from './support';

const good = resultOf(
  SERIES,
  SERIES.points.map((at) => ({ at, values: valuesAt(at) })),
);
const bad = resultOf(
  SERIES,
  SERIES.points.map((at) => ({ at, values: valuesAt(at, 100 * at) })),
);

it('shows the points of each measure beside what was expected', () => {
  expect(scaleText([good])).toBe(
    [
      'batch, against clips in a batch',
      '                1        4       16       64       grows as               expected',
      '  step    10.0 ms  40.0 ms   160 ms   640 ms  n^1.00, ×16.0  linear, at most ×24.0  holds',
      '  turn    1.00 ms  1.00 ms  1.00 ms  1.00 ms',
      '  memory  100 MiB  100 MiB  100 MiB  100 MiB  n^0.00, ×1.00    flat, at most ×2.00  holds',
    ].join('\n'),
  );
  expect(scaleText([bad])).toMatch(/memory .*flat, at most ×2\.00 +broken$/);
});

it('writes points as people do', () => {
  expect(formatPoint(SERIES, 200_000)).toBe('200,000');
  expect(formatPoint({ shown: (pixels) => `${Math.sqrt(pixels)}²` }, 224 ** 2)).toBe('224²');
});

it('has seconds and bytes for programs', () => {
  expect(scaleJson([good], MACHINE, '2026-01-01T00:00:00.000Z')).toMatchObject({
    date: '2026-01-01T00:00:00.000Z',
    series: [
      {
        ...{ name: 'batch', points: [1, 4, 16, 64] },
        measures: [
          { name: 'step', unit: 'seconds', values: [0.01, 0.04, 0.16, 0.64], verdict: { holds: true } },
          { name: 'turn', verdict: null },
          { name: 'memory', unit: 'bytes', verdict: { holds: true } },
        ],
      },
    ],
  });
});

describe('the page', () => {
  it('has a curve for each measure, whose points tell their values, and loads nothing', async () => {
    const page = await scalePage([good], MACHINE);
    expect(page.match(/<svg[^>]* role="img"/g)).toHaveLength(3);
    expect(page.match(/class="mark"/g)).toHaveLength(3 * 4);
    expect(page).toContain('<title>16 clips in a batch: 160 ms</title>');
    expect(page).toContain('A step &lt;of&gt; clips.');
    expect(page).toContain('Every measure grows as expected.');
    expect(page).not.toMatch(/(src|href)="(?!#)/);
  });

  it('names what is broken', async () => {
    expect(await scalePage([bad], MACHINE)).toContain('Grows by more than expected: batch: memory.');
  });
});

it('has axes of powers of ten, and of a decade at least', () => {
  expect(logarithmicTicks(3, 40_000)).toEqual([10, 100, 1_000, 10_000]);
  expect(logarithmicTicks(0.03, 0.6)).toEqual([0.05, 0.1, 0.2, 0.5]);
  const [low, high] = rangeOf([100, 110]);
  expect(high / low).toBeCloseTo(10, 6);
  expect(low).toBeLessThan(100);
  const [least, most] = rangeOf([1, 1_000]);
  expect([least < 1, most > 1_000]).toEqual([true, true]);
});
