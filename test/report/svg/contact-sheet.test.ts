import { PNG } from 'pngjs';
import { encodePng, renderPng } from '../../../lib/report/png';
import {
  contactSheet,
  framesOnSheet,
  MOST_SHEET_FRAMES,
  type SheetSection,
} from '../../../lib/report/svg/contact-sheet';
import { drawBarCode, readBarCode } from '../../support/bar-code';

const SIZE = 128;

async function section(title: string, numbers: readonly number[]): Promise<SheetSection> {
  const frames = numbers.map(async (number) => ({
    png: await encodePng(drawBarCode(number, SIZE, SIZE), SIZE, SIZE),
    caption: `${number} · ${(number / 25).toFixed(3)} s`,
  }));
  return { title, details: 'a few of them', frames: await Promise.all(frames) };
}

async function drawn(sections: readonly SheetSection[], size = SIZE): Promise<PNG> {
  const { svg, width } = contactSheet(sections, size);
  return PNG.sync.read(Buffer.from(await renderPng(svg, width, { exact: true })));
}

/** The square of `size` pixels at a place of a picture, as RGB. */
function cut(png: PNG, left: number, top: number, size: number): Uint8Array {
  const values = new Uint8Array(size * size * 3);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const from = ((top + y) * png.width + left + x) * 4;
      values.set(png.data.subarray(from, from + 3), (y * size + x) * 3);
    }
  }
  return values;
}

/** The numbers of the frames, wherever they stand: each has a red corner in its third row, below its code. */
function numbersOn(png: PNG, size: number): number[] {
  const isRed = (x: number, y: number): boolean => png.data.readUInt32BE((y * png.width + x) * 4) === 0xff0000ff;
  const found: number[] = [];
  const below = Math.ceil(size / 3);
  for (let y = below; y + size - below <= png.height; y++) {
    for (let x = 1; x + size <= png.width; x++) {
      if (!isRed(x, y) || isRed(x - 1, y) || isRed(x, y - 1)) continue;
      const values = cut(png, x, y - below, size);
      const code = readBarCode({ values, size, width: size, height: size });
      if (code !== undefined && Buffer.from(drawBarCode(code.number, size, size)).equals(values))
        found.push(code.number);
    }
  }
  return found;
}

it('shows every frame pixel for pixel, in order, in rows', async () => {
  const numbers = Array.from({ length: 20 }, (_, i) => 100 + 7 * i);
  expect(numbersOn(await drawn([await section('a.mp4', numbers)]), SIZE)).toEqual(numbers);
});

it('has a section for each video, and a place without a picture where a clip has a zero frame', async () => {
  const [first, second] = [await section('a.mp4', [1, 2]), await section('ü/b & <c>.mp4', [3])];
  const zero = { png: undefined, caption: 'no frame' };
  const png = await drawn([first, { ...second, frames: [...second.frames, zero] }]);
  expect(numbersOn(png, SIZE)).toEqual([1, 2, 3]);
});

it('enlarges what is too small for a caption, and makes smaller what is too large for a row', async () => {
  const small = await drawn([await section('a.mp4', [5])], 48);
  const large = await drawn([await section('a.mp4', [5])], 1000);
  expect(large.height - small.height).toBe(224 - 96);
});

it('writes captions and headings', () => {
  const frames = [{ png: undefined, caption: '100 · 4.000 s' }];
  const { svg } = contactSheet([{ title: 'a & b.mp4', details: '60 frames', frames }], SIZE);
  for (const text of ['100 · 4.000 s', 'a &amp; b.mp4', '60 frames']) expect(svg).toContain(`>${text}<`);
});

it('takes evenly spread frames of a long list, the first and the last among them', () => {
  expect(framesOnSheet(3)).toEqual([0, 1, 2]);
  const many = framesOnSheet(9001);
  expect(many).toHaveLength(MOST_SHEET_FRAMES);
  expect([many[0], many.at(-1)]).toEqual([0, 9000]);
  expect(new Set(many.slice(1).map((frame, i) => frame - (many[i] as number)))).toEqual(new Set([45, 46]));
});
