import { alignColumns, formatTime, threeDigits } from '../table';
import type { Verdict } from './fit';
import type { MeasureResult, SeriesResult } from './run-series';
import type { Series } from './series';

export const MIB = 2 ** 20;

/** `148 ms`, `54.2 MiB`. */
export const formatValue = ({ unit }: Pick<MeasureResult, 'unit'>, value: number): string =>
  unit === 'seconds' ? formatTime(value) : `${threeDigits(value / MIB)} MiB`;

/** `1,000`, `224²`. */
export const formatPoint = ({ shown }: Pick<Series, 'shown'>, at: number): string =>
  shown?.(at) ?? at.toLocaleString('en-GB');

/** `×13.2`. */
export const formatFactor = (factor: number): string => `×${threeDigits(factor)}`;

/** `linear, at most ×48`. */
export const expectationText = ({ expected, allowed }: Verdict): string =>
  `${expected.growth}, at most ${formatFactor(allowed)}`;

/** `at^1.03: ×13.2`. */
export const fitText = ({ slope, grows }: Verdict): string => `n^${slope.toFixed(2)}, ${formatFactor(grows)}`;

export const verdictText = ({ holds }: Verdict): string => (holds ? 'holds' : 'broken');

function seriesText({ series, points, measures }: SeriesResult): string {
  const head = ['', ...points.map((at) => formatPoint(series, at)), 'grows as', 'expected', ''];
  const rows = measures.map((measure) => {
    const { verdict } = measure;
    const judged = verdict ? [fitText(verdict), expectationText(verdict), verdictText(verdict)] : ['', '', ''];
    return [`  ${measure.name}`, ...measure.values.map((value) => formatValue(measure, value)), ...judged];
  });
  return [
    `${series.name}, against ${series.against}`,
    ...alignColumns([head, ...rows], new Set(head.slice(1).map((_, i) => i + 1))),
  ].join('\n');
}

/** A block of lines for each series. */
export const scaleText = (results: readonly SeriesResult[]): string => results.map(seriesText).join('\n\n');
