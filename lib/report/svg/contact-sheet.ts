import { COLOURS } from './colours';
import type { Chart } from './confusion-matrix-chart';
import { element, shortenText, svgDocument, textElement } from './markup';

/** A frame on a contact sheet. */
export interface SheetFrame {
  /** The bytes of a PNG file; undefined where a clip has a zero frame past its video's end. */
  readonly png: Uint8Array | undefined;
  /** Below it, such as `100 · 4.000 s`. */
  readonly caption: string;
}

/** The frames of one video. */
export interface SheetSection {
  readonly title: string;
  readonly details: string;
  readonly frames: readonly SheetFrame[];
}

/** More than this a section does not show: a sheet stays one that viewers open. */
export const MOST_SHEET_FRAMES = 200;

const ID = 'contact-sheet';
const PADDING = 16;
const GAP = 8;
const WIDEST = 1850;
/** Of a frame; smaller ones are enlarged, so that captions fit below them. */
const CELL = { least: 96, most: 224 } as const;
const HEADING = 52;
const CAPTION = 22;
const TITLE_SIZE = 15;
const TEXT_SIZE = 12;

/** Which of `count` frames a sheet shows: all, or as many as it can, evenly spread. */
export function framesOnSheet(count: number): readonly number[] {
  if (count <= MOST_SHEET_FRAMES) return Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: MOST_SHEET_FRAMES }, (_, i) => Math.round((i * (count - 1)) / (MOST_SHEET_FRAMES - 1)));
}

interface Grid {
  readonly cell: number;
  readonly columns: number;
  readonly width: number;
}

function gridFor(size: number, frames: number): Grid {
  const cell = Math.min(CELL.most, Math.max(CELL.least, size));
  const columns = Math.max(1, Math.min(frames, Math.floor((WIDEST + GAP) / (cell + GAP))));
  // A title needs some width too.
  const width = Math.max(columns * (cell + GAP) - GAP, 3 * CELL.most);
  return { cell, columns, width };
}

const sectionHeight = ({ frames }: SheetSection, { cell, columns }: Grid): number =>
  HEADING + Math.ceil(frames.length / columns) * (cell + CAPTION + GAP);

function drawFrame({ png, caption }: SheetFrame, x: number, y: number, cell: number): string {
  const box = { x, y, width: cell, height: cell };
  const href = png && `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
  return [
    element('rect', { ...box, fill: COLOURS.grid }),
    href === undefined ? '' : element('image', { ...box, href, 'image-rendering': 'optimizeSpeed' }),
    textElement(shortenText(caption, cell, TEXT_SIZE), {
      ...{ x: x + cell / 2, y: y + cell + 15, 'text-anchor': 'middle' },
      ...{ 'font-size': TEXT_SIZE, fill: COLOURS.text },
    }),
  ].join('');
}

function drawSection(section: SheetSection, top: number, { cell, columns, width }: Grid): string {
  const line = (text: string, y: number, size: number, attributes: Record<string, string>): string =>
    textElement(shortenText(text, width, size), { x: PADDING, y: top + y, 'font-size': size, ...attributes });
  const frames = section.frames.map((frame, i) => {
    const x = PADDING + (i % columns) * (cell + GAP);
    const y = top + HEADING + Math.floor(i / columns) * (cell + CAPTION + GAP);
    return drawFrame(frame, x, y, cell);
  });
  return [
    line(section.title, 20, TITLE_SIZE, { fill: COLOURS.text, 'font-weight': 'bold' }),
    line(section.details, 40, TEXT_SIZE, { fill: COLOURS.muted }),
    ...frames,
  ].join('\n');
}

/**
 * Frames of videos side by side, each with its number and time below it, a section for each video.
 *
 * @param size width and height of a frame in pixels. Shown 1 : 1 between 96 and 224; smaller ones are enlarged, larger ones made smaller.
 */
export function contactSheet(sections: readonly SheetSection[], size: number): Chart {
  const grid = gridFor(size, Math.max(...sections.map(({ frames }) => frames.length)));
  let top = PADDING;
  const drawn = sections.map((section) => {
    const markup = drawSection(section, top, grid);
    top += sectionHeight(section, grid);
    return markup;
  });
  const width = grid.width + 2 * PADDING;
  const title = 'Contact sheet';
  const description = sections.map((section) => section.title).join(', ');
  return { svg: svgDocument({ id: ID, width, height: top + PADDING, title, description }, ...drawn), width };
}
