/**
 * A program: `SEED FOLDER`. Damages each video of the folder in several ways, then indexes it, reads some of its frames by number and reads it
 * from the beginning. Prints a line of JSON: how many were read and refused, and whatever was none of both.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VideoError } from '../../../lib/base/errors';
import { derive } from '../../../lib/base/random';
import { loadAddon } from '../../../lib/native/addon';

const [seed = '1', folder = ''] = process.argv.slice(2);
const random = derive(Number(seed), 'damage');
const addon = loadAddon();
const SIZE = 16;
const WAYS = 6;
const count = { read: 0, refused: 0 };
const wrong: string[] = [];

function damaged(bytes: Buffer, way: number): Buffer {
  const copy = Buffer.from(bytes);
  if (way === 0) return copy.subarray(0, random.integer(copy.length));
  if (way === 1) return Buffer.concat([copy.subarray(random.integer(copy.length)), copy.subarray(0, 100)]);
  if (way === 2) {
    const begin = random.integer(copy.length);
    const end = Math.min(copy.length, begin + 1 + random.integer(2000));
    for (let i = begin; i < end; i++) copy[i] = random.integer(256);
    return copy;
  }
  // Headers are where a byte does most.
  const within = way === 3 ? copy.length : Math.min(copy.length, 2000);
  for (let flips = 1 + random.integer(way === 5 ? 60 : 4); flips > 0; flips--)
    copy[random.integer(within)] = random.integer(256);
  return copy;
}

async function read(path: string): Promise<boolean> {
  const [result] = await addon.indexVideos([path], 1);
  if (result?.ok !== true) return false;
  const { frameCount, table } = result.index;
  using batch = addon.createTensor('float32', [1, 4, SIZE, SIZE, 3]);
  using decoder = addon.createClipDecoder(1);
  const frames = [frameCount - 1, Math.floor(frameCount / 2), 0, frameCount];
  const [clip] = await decoder.decode([{ path, frames, slot: 0, table }], batch);
  using reader = await addon.openVideo(path);
  for (let i = 0; i < 50 && (await reader.read(batch, 4, 1)) === 4; i++);
  return clip?.ok === true;
}

async function main(): Promise<void> {
  const path = join(process.env['TMPDIR'] ?? tmpdir(), `damaged-${process.pid}`);
  for (const name of readdirSync(folder)) {
    const bytes = readFileSync(join(folder, name));
    for (let way = 0; way < WAYS; way++) {
      writeFileSync(path, damaged(bytes, way));
      const begin = performance.now();
      try {
        if (await read(path)) count.read++;
        else count.refused++;
      } catch (error) {
        if (error instanceof VideoError) count.refused++;
        else wrong.push(`${name}, way ${way}: ${String(error)}`);
      }
      const seconds = (performance.now() - begin) / 1000;
      if (seconds > 20) wrong.push(`${name}, way ${way}: ${seconds} s`);
    }
  }
  // `maxRSS` would be the parent's, which was there before this program was.
  const mebibytes = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024;
  console.log(JSON.stringify({ ...count, wrong, mebibytes }));
}

void main();
