import { learningRateChart } from '../../../lib/report/svg/learning-rate-chart';

const rates = Array.from({ length: 9 }, (_, i) => 10 ** (i - 7));
const losses = [2, 2.1, 2, 1.8, 1.2, 0.7, 0.6, 1, 9];
const suggestion = { steepest: 1e-3, minimum: 1e-2 };

const pathsOf = (svg: string): string[] => [...svg.matchAll(/<path d="(M[^"]*L[^"]*)"/g)].map(([, d]) => d ?? '');

it('draws the losses from the lowest rate to the highest, each power of ten at its place', () => {
  const { svg, width } = learningRateChart({ rates, losses, smoothedLosses: losses, suggestion });
  expect(svg).toContain(`width="${width}"`);
  const points = (pathsOf(svg).at(-1) ?? '')
    .split(/[ML]/)
    .slice(1)
    .map((point) => point.split(' ').map(Number));
  expect(points).toHaveLength(9);
  const steps = points.slice(1).map(([x = 0], i) => x - (points[i]?.[0] ?? 0));
  for (const step of steps) expect(step).toBeCloseTo(640 / 8, 1);
  // Higher losses lie higher.
  expect(Math.min(...points.map(([, y = 0]) => y))).toBe(points.at(-1)?.[1]);
  for (const power of ['1e-7', '1e-3', '1e+1']) expect(svg).toContain(`>${power}</text>`);
  expect(svg).toContain('Steepest at 1.0e-3; a tenth of the lowest’s is 1.0e-2');
  expect(svg.match(/stroke-dasharray/g)).toHaveLength(2);
});

it('draws single losses that leave the picture at its edge', () => {
  const wild = [...losses.slice(0, -1), 1e6];
  const { svg } = learningRateChart({ rates, losses: wild, smoothedLosses: losses.map(() => 1), suggestion });
  const ys = pathsOf(svg)
    .join('')
    .split(/[ML]/)
    .slice(1)
    .map((point) => Number(point.split(' ')[1]));
  expect(Math.min(...ys)).toBeGreaterThanOrEqual(84);
  expect(Math.max(...ys)).toBeLessThanOrEqual(404);
});

it('says that nothing is suggested, and draws what there is, even of no step', () => {
  const { svg } = learningRateChart({ rates, losses, smoothedLosses: losses });
  expect(svg).toContain('no rate is suggested');
  expect(svg).not.toContain('stroke-dasharray');
  for (const few of [[], [1e-3], [0.2, 0.3]]) {
    const drawn = learningRateChart({ rates: few, losses: few, smoothedLosses: few });
    expect(drawn.svg).not.toMatch(/NaN|Infinity/);
  }
});
