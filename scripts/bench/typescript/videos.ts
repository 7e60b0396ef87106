import { existsSync } from 'node:fs';
import { copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Addon } from '../../../lib/native/addon';
import type { ClipInput } from '../model/cases';

/** Every so many frames of a video one is in a clip: short enough for all of UCF101. */
const STEP = 10;
/** Where there are no others. */
const DRAWN = 16;
const ASSETS = process.env['MOVINET_ASSETS'] ?? join(__dirname, '..', '..', '..', '..', 'shared');

export interface Videos {
  readonly files: readonly string[];
  readonly label: string;
}

/** How clips of them are cut. */
export const clipOf = ({ size, frames }: ClipInput) => ({
  ...{ size, frames, every: { frames: STEP }, short: 'zero' as const },
});

/** UCF101's, spread over the classes, where they are; else some that are drawn. Copies of them, in the folder, where they are too few. */
export async function findVideos(addon: Addon, folder: string, count: number): Promise<Videos> {
  const own = await ownVideos();
  const [all, label] = own.length > 0 ? [own, 'UCF101'] : [await drawVideos(addon, folder), 'generated'];
  const every = Math.max(1, Math.floor(all.length / count));
  const files = all.filter((_, i) => i % every === 0).slice(0, count);
  for (let i = 0; files.length < count; i++) {
    const copy = join(folder, `copy-${i}.avi`);
    await copyFile(all[i % all.length] as string, copy);
    files.push(copy);
  }
  return { files, label };
}

async function ownVideos(): Promise<string[]> {
  const root = join(ASSETS, 'videos', 'ucf101');
  if (!existsSync(root)) return [];
  const names = await readdir(root, { recursive: true });
  return names
    .filter((name) => name.endsWith('.avi'))
    .sort()
    .map((name) => join(root, name));
}

async function drawVideos(addon: Addon, folder: string): Promise<string[]> {
  const files = Array.from({ length: DRAWN }, (_, i) => join(folder, `${i}.avi`));
  for (const [i, file] of files.entries()) await drawVideo(addon, file, i);
  return files;
}

async function drawVideo(addon: Addon, path: string, shift: number): Promise<void> {
  const [width, height] = [320, 240];
  const writer = await addon.createVideoWriter(path, { width, height, fps: 25, fourcc: 'MJPG' });
  for (let frame = 0; frame < 100; frame++) {
    const rgb = new Uint8Array(width * height * 3);
    for (let i = 0; i < rgb.length; i++) rgb[i] = (i % (width * 3)) + 3 * frame + 11 * shift;
    await writer.write(rgb);
  }
  await writer.close();
}
