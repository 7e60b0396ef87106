import { Resvg } from '@resvg/resvg-js';
import { buildConfusionMatrix } from '../../../lib/metrics/confusion-matrix';
import { confusionMatrixChart } from '../../../lib/report/svg/confusion-matrix-chart';
import { AWKWARD_NAMES, exampleMatrix, textsOf } from '../examples';

describe.each([2, 6, 10, 12, 13, 30, 101])('of %i classes', (size) => {
  const matrix = exampleMatrix(size);
  const chart = confusionMatrixChart(matrix);

  test('is well-formed and as wide as it says', () => {
    const parsed = new Resvg(chart.svg, { font: { loadSystemFonts: false } });
    expect(parsed.width).toBe(chart.width);
    expect(parsed.height).toBeGreaterThan(200);
  });

  test('shows every count in the cell of its row and column', () => {
    const cells = [
      ...chart.svg.matchAll(
        /<g class="mark" data-row="\d+"><title>True (\S+), predicted (\S+): (\d+) of (\d+) .*?<\/title>.*?>(\d+)<\/text><\/g>/g,
      ),
    ];
    const shown = new Map(cells.map(([, truth, predicted, , , text]) => [`${truth}/${predicted}`, Number(text)]));
    matrix.counts.forEach((row, truth) =>
      row.forEach((count, predicted) => {
        const text = shown.get(`${matrix.classes[truth]}/${matrix.classes[predicted]}`);
        expect(text).toBe(count === 0 && size > 12 ? undefined : count);
      }),
    );
  });

  test('nothing is drawn outside the picture', () => {
    const fontFiles = [require.resolve('@expo-google-fonts/roboto/400Regular/Roboto_400Regular.ttf')];
    const withoutPaper = chart.svg.replace(/<rect width="\d+" height="\d+" fill="#ffffff"\/>/, '');
    const parsed = new Resvg(withoutPaper, { font: { loadSystemFonts: false, fontFiles } });
    const box = parsed.getBBox();
    expect(box).toBeDefined();
    expect(box!.x).toBeGreaterThanOrEqual(0);
    expect(box!.y).toBeGreaterThanOrEqual(0);
    expect(box!.x + box!.width).toBeLessThanOrEqual(parsed.width);
    expect(box!.y + box!.height).toBeLessThanOrEqual(parsed.height);
  });

  test('has titles, axes, the colour scale and all class names', () => {
    const texts = textsOf(chart.svg);
    expect(texts).toEqual(
      expect.arrayContaining(['Confusion matrix', 'True label', 'Predicted label', '0 %', '100 %']),
    );
    expect(texts.some((text) => text.startsWith('Accuracy ') && text.includes(`of ${matrix.total} clips`))).toBe(true);
    for (const name of matrix.classes) expect(texts.filter((text) => text === name)).toHaveLength(2);
  });
});

test('awkward class names are escaped, long ones shortened and kept in full for a tooltip', () => {
  const long = 'shooting off a model rocket from behind the neighbour’s <garden> fence';
  const names = [...AWKWARD_NAMES, long];
  const { svg } = confusionMatrixChart(exampleMatrix(5, names));
  expect(() => new Resvg(svg, { font: { loadSystemFonts: false } })).not.toThrow();
  expect(svg).not.toContain('<script>');
  const texts = textsOf(svg);
  for (const name of AWKWARD_NAMES.slice(0, 3)) expect(texts).toContain(name);
  expect(texts).not.toContain(long);
  expect(svg).toContain('&lt;garden&gt; fence</title>');
});

test('a matrix without clips says so', () => {
  const { svg } = confusionMatrixChart(buildConfusionMatrix([], ['a', 'b']));
  expect(textsOf(svg)).toContain('No clips were evaluated');
  expect(svg).not.toContain('NaN');
});

test('numbers of four digits fit into their cells', () => {
  const pairs = Array.from({ length: 5000 }, (): [number, number] => [0, 0]);
  const names = Array.from({ length: 101 }, (_, index) => `c${index}`);
  const { svg } = confusionMatrixChart(buildConfusionMatrix(pairs, names));
  const size = Number(/font-size="([\d.]+)" fill="[^"]+">5000</.exec(svg)?.[1]);
  expect(size * 0.57 * 4).toBeLessThanOrEqual(14);
});
