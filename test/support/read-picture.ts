import { readFileSync } from 'node:fs';
import { PNG } from 'pngjs';

/** A PNG file's pixels: RGB bytes, rows from above. */
export interface ReadPicture {
  readonly width: number;
  readonly height: number;
  readonly values: Uint8Array;
}

export function readPicture(path: string): ReadPicture {
  const { width, height, data } = PNG.sync.read(readFileSync(path));
  return { width, height, values: Uint8Array.from(data.filter((_, i) => i % 4 !== 3)) };
}
