/**
 * The number that a picture of the zoo of videos tells: 16 cells in its two uppermost rows of 8 columns and 6 rows, white for 1, `1 0`, then twelve bits of the number,
 * then how many of these are 1, modulo 4. `pixels`: RGB of a square frame, resized with padding from a picture of 4 to 3. NaN where it cannot be read.
 */
export function readBarCode(pixels: Float32Array, size: number): number {
  const height = (size * 3) / 4;
  const top = (size - height) / 2;
  const bits = Array.from({ length: 16 }, (_, cell) => {
    const x = Math.floor((((cell % 8) + 0.5) * size) / 8);
    const y = Math.floor(top + ((Math.floor(cell / 8) + 0.5) * height) / 6);
    const at = (y * size + x) * 3;
    const sum = [0, 1, 2].reduce((total, channel) => total + (pixels[at + channel] ?? 0), 0);
    return sum > 1.5 ? 1 : 0;
  });
  const value = (from: number, to: number): number => Number.parseInt(bits.slice(from, to).join(''), 2);
  const ones = bits.slice(2, 14).filter((bit) => bit === 1).length;
  return value(0, 2) === 2 && value(14, 16) === ones % 4 ? value(2, 14) : Number.NaN;
}
