/** The frame of a video, resized with padding to `size`²: RGB, bytes or floats in [0, 1]. */
export interface PaddedFrame {
  readonly values: Uint8Array | Float32Array;
  readonly size: number;
  /** Of the upright picture, before it was resized. */
  readonly width: number;
  readonly height: number;
}

/** How far a picture is turned clockwise from upright, with `m` where it is mirrored as well. */
export type Turn = '0' | '90' | '180' | '270' | '0m' | '90m' | '180m' | '270m';

const TURNS: readonly Turn[] = ['0', '180', '90', '270', '0m', '180m', '90m', '270m'];
const COLUMNS = 8;
const ROWS = 6;
const BITS = 12;

/** The number that a frame of the zoo's videos, or of {@link drawBarCode}, tells; undefined where it cannot be read. */
export function readBarCode(frame: PaddedFrame): { number: number; turn: Turn } | undefined {
  for (const turn of TURNS) {
    const number = readTurned(frame, turn);
    if (number !== undefined) return { number, turn };
  }
  return undefined;
}

function readTurned({ values, size, width, height }: PaddedFrame, turn: Turn): number | undefined {
  const white = values instanceof Uint8Array ? 255 : 1;
  const angle = parseInt(turn);
  const [lyingWidth, lyingHeight] = angle % 180 === 0 ? [width, height] : [height, width];
  const scale = size / Math.max(lyingWidth, lyingHeight);
  const [w, h] = [lyingWidth * scale, lyingHeight * scale];
  const pixel = (offset: number, share: number, length: number): number =>
    Math.min(size - 1, Math.floor(offset + share * length));
  /** (u, v): where in the upright picture, from 0 to 1. */
  const at = (u: number, v: number, channel: number): number => {
    let [a, b] = [turn.endsWith('m') ? 1 - u : u, v];
    if (angle === 90) [a, b] = [1 - b, a];
    else if (angle === 180) [a, b] = [1 - a, 1 - b];
    else if (angle === 270) [a, b] = [b, 1 - a];
    const [x, y] = [pixel((size - w) / 2, a, w), pixel((size - h) / 2, b, h)];
    return (values[(y * size + x) * 3 + channel] as number) / white;
  };
  const cell = (row: number, column: number): number => {
    const middle = [0.4, 0.5, 0.6];
    const samples = middle.flatMap((dv) =>
      middle.flatMap((du) => [0, 1, 2].map((channel) => at((column + du) / COLUMNS, (row + dv) / ROWS, channel))),
    );
    return samples.reduce((sum, value) => sum + value, 0) / samples.length;
  };
  const bits = Array.from({ length: 16 }, (_, i) => (cell(Math.floor(i / COLUMNS), i % COLUMNS) > 0.5 ? 1 : 0));
  const number = parseInt(bits.slice(2, 2 + BITS).join(''), 2);
  const red = at(0.4, 2.5 / ROWS, 0) > 0.4 && at(0.4, 2.5 / ROWS, 2) < 0.4;
  const blue = at(0.4, 5 / ROWS, 2) > 0.4 && at(0.4, 5 / ROWS, 0) < 0.4;
  return red && blue && bits.join('') === codeOf(number) ? number : undefined;
}

/** `1 0`, the number with its highest bit first, and how many of its bits are 1, modulo 4. */
function codeOf(number: number): string {
  const body = number.toString(2).padStart(BITS, '0');
  const ones = body.replaceAll('0', '').length % 4;
  return `10${body}${ones.toString(2).padStart(2, '0')}`;
}

/** An upright picture that tells `number` (0 to 4095) as those of the zoo do: RGB bytes, rows from above. Sides of at least 64 × 48 survive coding. */
export function drawBarCode(number: number, width: number, height: number): Uint8Array {
  const code = codeOf(number);
  const colour = (row: number, column: number): readonly number[] => {
    if (row < 2) return code[row * COLUMNS + column] === '1' ? [255, 255, 255] : [0, 0, 0];
    if (column === COLUMNS - 1) return [0, 255, 0];
    return row < 4 ? [255, 0, 0] : [0, 0, 255];
  };
  const values = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      values.set(colour(Math.floor((y * ROWS) / height), Math.floor((x * COLUMNS) / width)), (y * width + x) * 3);
    }
  }
  return values;
}

/** Numbers as the zoo's truth writes them: `0-2 7 ? 66x3` for 0, 1, 2, 7, undefined, 66, 66, 66. */
export function numbersText(numbers: readonly (number | undefined)[]): string {
  const parts: string[] = [];
  for (let i = 0; i < numbers.length;) {
    let last = i;
    while (last + 1 < numbers.length && numbers[last + 1] === numbers[i]) last++;
    const first = numbers[i];
    if (last > i || first === undefined) {
      parts.push(`${first ?? '?'}${last > i ? `x${last - i + 1}` : ''}`);
    } else {
      const follows = (at: number): boolean =>
        numbers[at + 1] === (numbers[at] as number) + 1 && numbers[at + 2] !== numbers[at + 1];
      while (last + 1 < numbers.length && follows(last)) last++;
      parts.push(i === last ? `${first}` : `${first}-${numbers[last]}`);
    }
    i = last + 1;
  }
  return parts.join(' ');
}

/** What {@link numbersText} wrote: `0-2 7 ? 66x3` as 0, 1, 2, 7, undefined, 66, 66, 66. */
export function numbersOf(text: string): (number | undefined)[] {
  return text.split(' ').flatMap((part) => {
    const [, first = '', last, times = '1'] = /^(\d+|\?)(?:-(\d+)|x(\d+))?$/.exec(part) ?? [];
    const number = first === '?' ? undefined : Number(first);
    if (number === undefined || last === undefined) return Array<number | undefined>(Number(times)).fill(number);
    return Array.from({ length: Number(last) - number + 1 }, (_, i) => number + i);
  });
}
