import type { Json } from '../../base/described';
import { Turn } from '../../base/turn';
import { imageSummary, type Summary } from '../../formats/event-file';
import type { ConfusionMatrix } from '../../metrics/confusion-matrix';
import { readConfusion } from '../../metrics/details';
import { encodePng, renderPng } from '../../report/png';
import { heatColour } from '../../report/svg/colours';
import { confusionMatrixChart } from '../../report/svg/confusion-matrix-chart';

/** Of more classes a chart with their names takes longer to draw than other work may wait. */
const MOST_NAMED = 30;
/** Of more classes there is no picture. */
const MOST_CLASSES = 1000;
/** Pixels of a picture without names, where its cells leave the choice. */
const HEAT_SIZE = 400;
const MOST_CELL = 8;

/** The confusion matrices among what metrics tell beside their number, as pictures by the metrics' names: charts, of many classes a colour for each cell. */
export async function matrixPictures(details: Readonly<Record<string, Json>>): Promise<Summary[]> {
  const pictures: Summary[] = [];
  for (const [name, detail] of Object.entries(details)) {
    const matrix = readConfusion({ [name]: detail });
    const size = matrix?.classes.length ?? 0;
    if (matrix === undefined || size === 0 || size > MOST_CLASSES) continue;
    const png = await (size > MOST_NAMED ? heatPicture(matrix.counts) : chart(matrix));
    pictures.push(imageSummary(name, png, ...sizeOf(png)));
  }
  return pictures;
}

async function chart(matrix: ConfusionMatrix): Promise<Uint8Array> {
  const { svg, width } = confusionMatrixChart(matrix);
  return renderPng(svg, width, { exact: true });
}

/** A square for each cell, by its share of its true class's clips; the true classes from above. */
async function heatPicture(counts: ConfusionMatrix['counts']): Promise<Uint8Array> {
  const cell = Math.min(MOST_CELL, Math.max(1, Math.floor(HEAT_SIZE / counts.length)));
  const size = counts.length * cell;
  const rgb = new Uint8Array(size * size * 3);
  const turn = new Turn();
  for (const [truth, row] of counts.entries()) {
    const all = Math.max(
      1,
      row.reduce((sum, count) => sum + count, 0),
    );
    const begin = truth * cell * size * 3;
    row.forEach((count, predicted) => {
      const colour = Buffer.from(heatColour(count / all).slice(1), 'hex');
      for (let x = predicted * cell; x < (predicted + 1) * cell; x++) rgb.set(colour, begin + x * 3);
    });
    for (let y = 1; y < cell; y++) rgb.copyWithin(begin + y * size * 3, begin, begin + size * 3);
    if (turn.over) await turn.next();
  }
  return encodePng(rgb, size, size);
}

/** Width and height in pixels, which are the first two numbers of a PNG file's header. */
function sizeOf(png: Uint8Array): [width: number, height: number] {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  return [view.getUint32(16), view.getUint32(20)];
}
