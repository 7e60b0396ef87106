import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { video } from '../../../lib/cli/video';
import type { VideoRecord } from '../../../lib/cli/video/description';
import { loadAddon } from '../../../lib/native/addon';
import { drawBarCode, readBarCode } from '../../support/bar-code';
import { readPicture } from '../../support/read-picture';
import { suiteFolder } from '../../support/suite-folder';
import { runInProcess } from '../support/run-in-process';

const { path: folder } = suiteFolder();
const file = join(folder, 'bars.avi');
const [WIDTH, HEIGHT, FRAMES, FPS] = [160, 96, 90, 15];

beforeAll(async () => {
  process.env['NO_COLOR'] = '1';
  const writer = await loadAddon().createVideoWriter(file, { width: WIDTH, height: HEIGHT, fps: FPS, fourcc: 'MJPG' });
  for (let number = 0; number < FRAMES; number++) await writer.write(drawBarCode(number, WIDTH, HEIGHT));
  await writer.close();
});

async function look(...args: string[]): Promise<VideoRecord> {
  const { status, stdout, stderr } = await runInProcess(video, [file, '--json', '--quiet', ...args]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout) as VideoRecord;
}

it('says what is in a video, whether it is decoded for that or not', async () => {
  const known = {
    ...{
      format: 1,
      file,
      frames: FRAMES,
      exact: true,
      duration: 6,
      firstTime: 0,
      frameRate: FPS,
      averageFrameRate: FPS,
    },
    ...{ variable: false, width: WIDTH, height: HEIGHT, rotation: 0, mirrored: false, sampleAspectRatio: 1 },
    ...{ keyFrames: FRAMES, codec: 'mjpeg', container: 'avi', notes: [] },
  };
  expect(await look('--no-check')).toEqual(known);
  expect(await look()).toEqual({ ...known, damagedPackets: 0, lostFrames: [] });
});

it('shows the frames that were asked for, padded as a model sees them', async () => {
  const { pictures } = await look('--frames', '0,41,89', '--out', join(folder, 'frames'), '--size', '160');
  expect(pictures?.map(({ index, time }) => [index, time])).toEqual([
    [0, 0],
    [41, 2.733333],
    [89, 5.933333],
  ]);
  for (const { index, path } of pictures ?? []) {
    const { values, width: size } = readPicture(path!);
    expect(readBarCode({ values, size, width: WIDTH, height: HEIGHT })).toEqual({ number: index, turn: '0' });
    expect(values.subarray(0, size * 3 * 30).every((value) => value === 0)).toBe(true);
  }
});

it('shows the clip of a model', async () => {
  const { pictures } = await look('--out', join(folder, 'sheet.png'), '--clip-frames', '4', '--frame-step', '10');
  // The last start that fits is 59.
  expect(pictures?.map(({ index }) => index)).toEqual([29, 39, 49, 59]);
  expect(readPicture(join(folder, 'sheet.png')).width).toBeGreaterThan(4 * 224);
});

it('shows a folder of pictures as a video', async () => {
  const pictures = join(folder, 'pictures');
  mkdirSync(pictures);
  for (let number = 0; number < 12; number++) {
    const head = Buffer.from(`P6\n${WIDTH} ${HEIGHT}\n255\n`);
    writeFileSync(join(pictures, `${number}.ppm`), Buffer.concat([head, drawBarCode(number, WIDTH, HEIGHT)]));
  }
  writeFileSync(join(pictures, '5.ppm'), 'nothing');
  const text = await runInProcess(video, [pictures, '--quiet']);
  expect(text).toMatchObject({ status: 0, stderr: '' });
  expect(text.stdout).toContain('frames    11 (a picture each)\n');
  expect(text.stdout).toContain('coding    ppm, a folder of pictures\n');
  expect(text.stdout).toContain('damaged   1 picture\n');
  expect(text.stdout).toContain('--picture-rate');
  const args = [pictures, '--json', '--quiet', '--out', join(folder, 'shown'), '--frames', '4,5,10', '--size', '160'];
  const { stdout } = await runInProcess(video, args);
  const record = JSON.parse(stdout) as VideoRecord;
  expect(record).toMatchObject({ frames: 11, container: 'pictures', frameRate: null, duration: null });
  // Frames that decode are numbered: the sixth of them is picture 6.
  const shown = record.pictures?.map(({ time, path }) => {
    const { values, width: size } = readPicture(path!);
    return [time, readBarCode({ values, size, width: WIDTH, height: HEIGHT })?.number];
  });
  expect(shown).toEqual([
    [null, 4],
    [null, 6],
    [null, 11],
  ]);
});
