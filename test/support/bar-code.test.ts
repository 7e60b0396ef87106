import { drawBarCode, numbersOf, numbersText, readBarCode, type Turn } from './bar-code';

const [WIDTH, HEIGHT, SIZE] = [160, 120, 160];

/** A picture in the middle of a black square, as resizing with padding leaves it. */
function padded(picture: Uint8Array, width: number, height: number): Uint8Array {
  const square = new Uint8Array(SIZE * SIZE * 3);
  const [left, top] = [(SIZE - width) / 2, (SIZE - height) / 2];
  for (let y = 0; y < height; y++) {
    square.set(picture.subarray(y * width * 3, (y + 1) * width * 3), ((top + y) * SIZE + left) * 3);
  }
  return square;
}

/** The padded square, turned clockwise after it was mirrored left to right where asked for. */
function turned(square: Uint8Array, quarters: number, mirrored: boolean): Uint8Array {
  const out = new Uint8Array(square.length);
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      let [a, b] = [mirrored ? SIZE - 1 - x : x, y];
      for (let i = 0; i < quarters; i++) [a, b] = [SIZE - 1 - b, a];
      const from = (y * SIZE + x) * 3;
      out.set(square.subarray(from, from + 3), (b * SIZE + a) * 3);
    }
  }
  return out;
}

it.each([0, 1, 66, 2730, 4095])('reads %d as it was drawn, as bytes and as floats', (number) => {
  const values = padded(drawBarCode(number, WIDTH, HEIGHT), WIDTH, HEIGHT);
  const frame = { values, size: SIZE, width: WIDTH, height: HEIGHT };
  expect(readBarCode(frame)).toEqual({ number, turn: '0' });
  expect(readBarCode({ ...frame, values: Float32Array.from(values, (v) => v / 255) })).toEqual({ number, turn: '0' });
});

it.each<[Turn, number, boolean]>([
  ['90', 1, false],
  ['180', 2, false],
  ['270', 3, false],
  ['0m', 0, true],
  ['90m', 1, true],
  ['180m', 2, true],
  ['270m', 3, true],
])('sees that a picture is turned by %s', (turn, quarters, mirrored) => {
  const values = turned(padded(drawBarCode(1234, WIDTH, HEIGHT), WIDTH, HEIGHT), quarters, mirrored);
  expect(readBarCode({ values, size: SIZE, width: WIDTH, height: HEIGHT })).toEqual({ number: 1234, turn });
});

it('reads nothing from what is no code', () => {
  const picture = drawBarCode(1234, WIDTH, HEIGHT);
  const frame = { size: SIZE, width: WIDTH, height: HEIGHT };
  expect(readBarCode({ ...frame, values: new Uint8Array(SIZE * SIZE * 3) })).toBeUndefined();
  // One bit of the number turned over: its check fails.
  for (let y = 0; y < HEIGHT / 6; y++) picture.fill(255, (y * WIDTH + 40) * 3, (y * WIDTH + 60) * 3);
  expect(readBarCode({ ...frame, values: padded(picture, WIDTH, HEIGHT) })).toBeUndefined();
});

it.each<[(number | undefined)[], string]>([
  [[], ''],
  [[0, 1, 2, 7, undefined, 66, 66, 66], '0-2 7 ? 66x3'],
  [[63, 66, undefined, undefined, 66, 64, 100, 101, 101], '63 66 ?x2 66 64 100 101x2'],
  [[160, 161, 162, 164], '160-162 164'],
])('writes %j as "%s" and back', (numbers, text) => {
  expect(numbersText(numbers)).toBe(text);
  if (text !== '') expect(numbersOf(text)).toEqual(numbers);
});
