import { inflateSync } from 'node:zlib';
import { PNG } from 'pngjs';
import { encodePng, renderPng } from '../../lib/report/png';
import { confusionMatrixChart } from '../../lib/report/svg/confusion-matrix-chart';
import { learningCurvesChart } from '../../lib/report/svg/learning-curves-chart';
import { svgDocument, textElement } from '../../lib/report/svg/markup';
import { exampleHistory, exampleMatrix } from './examples';

interface Picture {
  readonly width: number;
  readonly height: number;
  /** Number of different byte values among the filtered pixels. */
  readonly values: number;
}

function readPng(bytes: Uint8Array): Picture {
  const png = Buffer.from(bytes);
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  const data: Buffer[] = [];
  for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      data.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const values = new Set(inflateSync(Buffer.concat(data))).size;
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20), values };
}

test('a confusion matrix becomes a picture of twice its width', async () => {
  const chart = confusionMatrixChart(exampleMatrix(6));
  const picture = readPng(await renderPng(chart.svg, chart.width));
  expect(picture.width).toBe(chart.width * 2);
  expect(picture.values).toBeGreaterThan(50);
});

test('a large matrix stays within what viewers open with ease', async () => {
  const chart = confusionMatrixChart(exampleMatrix(101));
  expect(readPng(await renderPng(chart.svg, chart.width)).width).toBe(2400);
});

test('learning curves become a picture', async () => {
  const chart = learningCurvesChart(exampleHistory(2));
  const picture = readPng(await renderPng(chart.svg, chart.width));
  expect(picture.width).toBe(chart.width * 2);
  expect(picture.values).toBeGreaterThan(20);
});

test('text is drawn without any font of the machine', async () => {
  const page = { id: 'page', width: 200, height: 40, title: 'Text', description: 'Text' };
  const text = textElement('Überholen Ελληνικά Кино', { x: 10, y: 25, 'font-size': 14 });
  const drawn = readPng(await renderPng(svgDocument(page, text), 200));
  const empty = readPng(await renderPng(svgDocument(page), 200));
  expect(drawn.values).toBeGreaterThan(empty.values + 20);
});

test('the same chart gives the same bytes', async () => {
  const chart = learningCurvesChart(exampleHistory(2));
  const [first, second] = await Promise.all([renderPng(chart.svg, chart.width), renderPng(chart.svg, chart.width)]);
  expect(Buffer.compare(Buffer.from(first), Buffer.from(second))).toBe(0);
});

test('pixels are the same after they are written as a picture', async () => {
  const [width, height] = [7, 5];
  const rgb = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37) % 256);
  // A view into a larger buffer, as a frame of a batch is.
  const batch = new Uint8Array(rgb.length * 2);
  batch.set(rgb, rgb.length);
  const png = PNG.sync.read(Buffer.from(await encodePng(batch.subarray(rgb.length), width, height)));
  expect({ width: png.width, height: png.height }).toEqual({ width, height });
  expect([...png.data].filter((_, i) => i % 4 !== 3)).toEqual([...rgb]);
});

test('an exact picture has a pixel for each of its own', async () => {
  const page = { id: 'page', width: 200, height: 40, title: 'Page', description: 'Page' };
  const { width, height } = readPng(await renderPng(svgDocument(page), 200, { exact: true }));
  expect({ width, height }).toEqual({ width: 200, height: 40 });
});
