import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { loadAddon } from '../../lib/native/addon';
import { describeWith, VIDEO_ZOO } from '../support/assets';
import { suiteFolder } from '../support/suite-folder';
import { frameBytes, height, width, writeVideo } from './support/video';

/** Mebibytes that reading damaged videos of some kilobytes may take beside the libraries' own 600. */
const MOST_MEMORY = 1200;

const { path: folder } = suiteFolder();
const generated = join(folder, 'generated');

interface Found {
  readonly read: number;
  readonly refused: number;
  readonly wrong: readonly string[];
  readonly mebibytes: number;
}

beforeAll(async () => {
  mkdirSync(generated);
  await writeVideo(join(generated, 'a.avi'), 20);
  for (const [name, fourcc] of [
    ['b.mp4', 'mp4v'],
    ['c.avi', 'XVID'],
    ['d.mkv', 'MJPG'],
  ] as const) {
    const writer = await loadAddon().createVideoWriter(join(generated, name), { width, height, fps: 10, fourcc });
    for (let i = 0; i < 30; i++) await writer.write(frameBytes(i));
    await writer.close();
  }
});

/** Every damaged file is read or refused by a VideoError, in bounded time and memory, and the process lives. */
async function expectOrder(videos: string, seed: number, least: number): Promise<void> {
  const program = join(__dirname, 'support', 'broken-containers.ts');
  const child = spawn(process.execPath, ['-r', 'ts-node/register', program, String(seed), videos], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 240_000,
    killSignal: 'SIGKILL',
  });
  const output = await text(child.stdout);
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  expect({ code: child.exitCode, signal: child.signalCode }).toEqual({ code: 0, signal: null });
  const found = JSON.parse(output) as Found;
  expect(found.wrong).toEqual([]);
  expect(found.mebibytes).toBeLessThan(MOST_MEMORY);
  // Most damage leaves something to read, and some does not.
  expect(found.read).toBeGreaterThan(least);
  expect(found.refused).toBeGreaterThan(0);
}

test('damaged files are read as far as they go, or refused', async () => {
  for (const seed of [1, 2, 3]) await expectOrder(generated, seed, 8);
}, 300_000);

describeWith(VIDEO_ZOO)('the zoo', () => {
  test('damaged files of every container and codec are read as far as they go, or refused', async () => {
    await expectOrder(VIDEO_ZOO, 5, 60);
  }, 300_000);
});
