import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Addon } from '../../../lib/native/addon';

const SIZE = 64;

/** A film of `frames` frames that become brighter, 25 a second; the ending of `name` decides on the container. */
export async function writeFilm(
  addon: Addon,
  folder: string,
  name: string,
  fourcc: string,
  frames: number,
): Promise<string> {
  const path = join(folder, name);
  const writer = await addon.createVideoWriter(path, { width: SIZE, height: SIZE, fps: 25, fourcc });
  for (let i = 0; i < frames; i++) await writer.write(new Uint8Array(SIZE * SIZE * 3).fill((3 * i) % 256));
  await writer.close();
  return path;
}

/** The JPEG pictures of an MJPEG film, in its order. */
export function picturesOf(path: string): Buffer[] {
  const bytes = readFileSync(path);
  const pictures: Buffer[] = [];
  const begin = Buffer.from([0xff, 0xd8, 0xff]);
  const end = Buffer.from([0xff, 0xd9]);
  for (let at = bytes.indexOf(begin); at >= 0; at = bytes.indexOf(begin, at + 3)) {
    pictures.push(bytes.subarray(at, bytes.indexOf(end, at) + 2));
  }
  return pictures;
}
