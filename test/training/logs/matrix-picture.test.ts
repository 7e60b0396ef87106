import { PNG } from 'pngjs';
import { heatColour } from '../../../lib/report/svg/colours';
import { matrixPictures } from '../../../lib/training/logs/matrix-picture';

const matrixOf = (size: number) => ({
  classes: Array.from({ length: size }, (_, i) => `class ${i}`),
  counts: Array.from({ length: size }, (_, truth) =>
    Array.from({ length: size }, (_, i) => (i === truth ? 3 : i === 0 ? 1 : 0)),
  ),
});

async function picture(confusionMatrix: ReturnType<typeof matrixOf>): Promise<PNG> {
  const [summary] = await matrixPictures({ confusion_matrix: { confusionMatrix } });
  const [width, height, png] = (summary!.tensor as { string_val: Buffer[] }).string_val;
  const read = PNG.sync.read(Buffer.from(png!));
  expect([read.width, read.height].map(String)).toEqual([String(width), String(height)]);
  return read;
}

it('is a chart of few classes', async () => {
  const { width, height } = await picture(matrixOf(3));
  expect(Math.min(width, height)).toBeGreaterThan(300);
});

it('is a colour for each cell of many classes, by its share of the true class', async () => {
  const size = 101;
  const { width, height, data } = await picture(matrixOf(size));
  expect([width, height]).toEqual([303, 303]);
  const colour = (truth: number, predicted: number): string => {
    const at = ((truth * 3 + 1) * width + predicted * 3 + 1) * 4;
    return `#${data.subarray(at, at + 3).toString('hex')}`;
  };
  expect([colour(0, 0), colour(7, 7), colour(7, 0), colour(100, 99)]).toEqual([1, 0.75, 0.25, 0].map(heatColour));
});

it.each([
  ['another thing', 7],
  ['no matrix', { perClass: [] }],
  ['no square', { confusionMatrix: { classes: ['a', 'b'], counts: [[1, 2], [3]] } }],
  ['a class without counts', { confusionMatrix: { classes: ['a', 'b'], counts: [[1]] } }],
  ['no counts', { confusionMatrix: { classes: ['a'], counts: [[0.5]] } }],
  ['more classes than anyone looks at', { confusionMatrix: matrixOf(1001) }],
])('is none of %s', async (_, detail) => {
  expect(await matrixPictures({ metric: detail })).toEqual([]);
});
