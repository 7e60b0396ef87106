import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBarCode } from '../../support/bar-code';
import { readPicture } from '../../support/read-picture';
import { suiteFolder } from '../../support/suite-folder';
import type { FakeVideo } from '../support/fake-videos';
import { runVideo, videoRecords, VIDEOS } from '../support/run-video';

const { path: folder } = suiteFolder();

beforeAll(() => {
  process.env['NO_COLOR'] = '1';
});

let places = 0;
const newPlace = (name = ''): string => join(folder, `place-${++places}${name}`);

function numberOn(path: string, { width = 160, height = 120 }: FakeVideo = { frameCount: 0 }) {
  const { width: size, values } = readPicture(path);
  return readBarCode({ values, size, width, height });
}

describe('--frames', () => {
  it('writes each frame as a picture, and says where', async () => {
    const to = newPlace();
    const { status, lines } = await videoRecords('phone.mp4', '--frames', '50-54:2,7', '--out', to, '--size', '128');
    expect(status).toBe(0);
    const place = join(to, 'phone.mp4');
    expect(lines[0]?.pictures).toEqual([
      { index: 7, time: 2.28, path: join(place, '000007.png') },
      { index: 50, time: 4, path: join(place, '000050.png') },
      { index: 52, time: 4.08, path: join(place, '000052.png') },
      { index: 54, time: 4.16, path: join(place, '000054.png') },
    ]);
    expect(lines[0]?.contactSheet).toBe(join(place, 'contact-sheet.png'));
    for (const { index, path } of lines[0]?.pictures ?? []) {
      expect(readPicture(path!)).toMatchObject({ width: 128, height: 128 });
      expect(numberOn(path!, VIDEOS['phone.mp4'])).toEqual({ number: index, turn: '0' });
    }
    expect(readPicture(join(place, 'contact-sheet.png')).width).toBeGreaterThan(4 * 128);
    expect(readdirSync(place)).toHaveLength(5);
  });

  it('decodes many in parts', async () => {
    const { lines, addon } = await videoRecords('plain.mp4', '--frames', '0-199', '--out', '-', '--size', '32');
    expect(lines[0]?.pictures).toHaveLength(200);
    expect(addon.decoded.flat()).toEqual(Array.from({ length: 200 }, (_, i) => i));
    expect(Math.max(...addon.decoded.map((frames) => frames.length))).toBeLessThanOrEqual(16);
  });

  it('refuses one past the end, names the count, and goes on', async () => {
    const to = newPlace();
    const args = ['--frames', '0,30,150', '--out', to, '--size', '64'];
    const { status, lines, stderr } = await videoRecords('short.mp4', 'cut-off.mp4', 'plain.mp4', ...args, '--quiet');
    expect(status).toBe(1);
    expect(lines.map(({ file }) => file)).toEqual(['plain.mp4']);
    expect(stderr).toBe(
      'Warning: short.mp4 has 20 frames, numbers 0 to 19: there is no frame 30\n' +
        'Warning: cut-off.mp4 has 124 frames, numbers 0 to 123: there is no frame 150\n',
    );
    expect(readdirSync(to)).toEqual(['plain.mp4']);
  });

  it('counts by decoding where the container does not know', async () => {
    const { status, stderr } = await videoRecords('packed.avi', '--frames', '98', '--out', '-', '--quiet');
    expect(status).toBe(1);
    expect(stderr).toBe('Warning: packed.avi has 98 frames, numbers 0 to 97: there is no frame 98\n');
  });

  it('counts the frames that a player shows', async () => {
    const to = newPlace();
    const args = ['--frames', '63,64,195', '--out', to, '--size', '64'];
    const { lines, stderr } = await videoRecords('damaged.mp4', ...args);
    expect(lines[0]?.pictures?.map(({ index, time }) => [index, time])).toEqual([
      [63, 2.52],
      [64, 2.68],
      [195, 7.96],
    ]);
    expect(lines[0]?.pictures?.map(({ path }) => numberOn(path!)?.number)).toEqual([63, 67, 199]);
    expect(stderr).toBe('');
  });

  it('goes by the container where nothing is decoded to count, and says that a picture may be of the next frame', async () => {
    const to = newPlace();
    const args = ['--no-check', '--out', to, '--size', '64'];
    const { lines, stderr } = await videoRecords('damaged.mp4', '--frames', '65', ...args);
    expect(numberOn(lines[0]!.pictures![0]!.path!)).toEqual({ number: 67, turn: '0' });
    expect(stderr).toBe(
      'Warning: damaged.mp4 is damaged: where a frame does not decode, its picture shows the next one that does\n',
    );
    const past = await videoRecords('cut-off.mp4', '--frames', '150', ...args);
    expect(past.stderr).toBe('Warning: cut-off.mp4 ends after 124 frames: there is no frame 150\n');
  });
});

test('frames without a place are decoded and told of, and nothing is written', async () => {
  const { lines } = await videoRecords('plain.mp4', '--frames', '3,7');
  expect(lines[0]?.pictures?.map(({ index, path }) => [index, path])).toEqual([
    [3, null],
    [7, null],
  ]);
});

describe('the clip that a model would see', () => {
  it.each<[string, string[], number[], number | undefined]>([
    ["the tutorial's, from the middle", [], [47, 62, 77, 92, 107, 122, 137, 152], undefined],
    ['another one', ['--clip-frames', '3', '--frame-step', '10', '--start', '5'], [5, 15, 25], undefined],
    ["a model id's", ['--model', 'a0-base', '--clip'], Array.from({ length: 16 }, (_, i) => 5 * i), undefined],
    ['one past the end', ['--start', '190', '--clip-frames', '3', '--frame-step', '6'], [190, 196], 1],
  ])('is %s', async (_, args, expected, zeroFrames) => {
    const { lines } = await videoRecords('plain.mp4', '--out', '-', ...args);
    expect(lines[0]?.pictures?.map(({ index, path }) => [index, path])).toEqual(expected.map((i) => [i, null]));
    expect(lines[0]?.zeroFrames).toBe(zeroFrames);
  });

  it('is cut from the frames that there are', async () => {
    const { lines } = await videoRecords('short.mp4', 'cut-off.mp4', '--out', newPlace('.png'), '--clip');
    expect(lines[0]?.pictures?.map(({ index }) => index)).toEqual([0, 15]);
    expect(lines[0]?.zeroFrames).toBe(6);
    // 124 of 200 frames decode: the last start that fits is 18, its middle 9.
    expect(lines[1]?.pictures?.map(({ index }) => index)).toEqual([9, 24, 39, 54, 69, 84, 99, 114]);
  });

  it('goes by the container, and the next frame stands for one that does not decode', async () => {
    const to = newPlace();
    const args = ['--clip-frames', '3', '--frame-step', '8', '--start', '64', '--out', to, '--size', '64'];
    const { lines, stderr } = await videoRecords('damaged.mp4', ...args);
    expect(lines[0]).toMatchObject({ frames: 196 });
    expect(lines[0]?.pictures?.map(({ index, time, path }) => [index, time, numberOn(path!)?.number])).toEqual([
      [64, 2.56, 67],
      [72, 2.88, 72],
      [80, 3.2, 81],
    ]);
    expect(stderr).toContain('damaged.mp4 is damaged: where a frame does not decode');
  });

  it('is not there where there are no frames', async () => {
    const { status, stderr } = await runVideo('undecodable.mp4', '--no-check', '--clip', '--out', '-');
    expect({ status, stderr }).toEqual({ status: 1, stderr: 'Warning: undecodable.mp4 has no frames\n' });
  });
});

describe('--out', () => {
  it('a .png file is one contact sheet of all files', async () => {
    const to = newPlace('.png');
    const args = ['--out', to, '--frames', '3,4', '--size', '64'];
    const { lines } = await videoRecords('plain.mp4', 'short.mp4', ...args);
    for (const { pictures, contactSheet } of lines) {
      expect(pictures?.map(({ path }) => path)).toEqual([to, to]);
      expect(contactSheet).toBe(to);
    }
    // Two sections of one row.
    const one = newPlace('.png');
    await videoRecords('plain.mp4', '--out', one, '--frames', '3,4', '--size', '64');
    expect(readPicture(to).height - 32).toBe(2 * (readPicture(one).height - 32));
  });

  it('takes the place of earlier pictures, and mixes with none', async () => {
    const to = newPlace();
    await runVideo('plain.mp4', '--out', to, '--frames', '1,2', '--size', '64');
    await runVideo('plain.mp4', '--out', to, '--frames', '7', '--size', '64');
    expect(readdirSync(join(to, 'plain.mp4'))).toEqual(['000007.png', 'contact-sheet.png']);
  });

  it('leaves what is not its own', async () => {
    const to = newPlace();
    mkdirSync(join(to, 'plain.mp4'), { recursive: true });
    writeFileSync(join(to, 'plain.mp4', 'notes.txt'), 'mine');
    const { status, stderr, addon } = await runVideo('plain.mp4', '--out', to);
    expect(status).toBe(1);
    expect(stderr).toContain('plain.mp4 is in the way of the pictures, and not theirs: name another place with --to');
    expect(readdirSync(join(to, 'plain.mp4'))).toEqual(['notes.txt']);
    expect(addon.decoded).toEqual([]);
  });

  it('keeps files of one name apart', async () => {
    const to = newPlace();
    const { lines } = await videoRecords('a/plain.mp4', 'b/plain.mp4', '--out', to, '--frames', '0', '--size', '64');
    expect(lines.map(({ contactSheet }) => contactSheet)).toEqual([
      join(to, 'plain.mp4', 'contact-sheet.png'),
      join(to, 'plain.mp4-2', 'contact-sheet.png'),
    ]);
  });

  it('leaves nothing behind where a file ends too early', async () => {
    const to = newPlace();
    await runVideo('cut-off.mp4', '--frames', '0-199', '--out', to, '--size', '32');
    expect(existsSync(to) ? readdirSync(to) : []).toEqual([]);
  });

  it('tells people what was written', async () => {
    const to = newPlace();
    const { stdout } = await runVideo('phone.mp4', '--out', to, '--frames', '0-9', '--size', '64', '--quiet');
    const sheet = join(to, 'phone.mp4', 'contact-sheet.png');
    expect(stdout).toContain('\n  pictures  0 at 2.000 s, 1 at 2.040 s');
    expect(stdout).toContain(`, …, 9 at 2.360 s\n  sheet     ${sheet}\n`);
  });

  it('says what to do where it cannot be made', async () => {
    const { status, stderr } = await runVideo('plain.mp4', '--out', '/proc/nowhere/sheet.png');
    expect(status).toBe(1);
    expect(stderr).toMatch(/Error: Cannot write "\/proc\/nowhere\/sheet.png": .* choose another folder\n/);
  });
});
