import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAddon } from '../../../lib/native/addon';
import { readPicture } from '../../support/read-picture';
import { suiteFolder } from '../../support/suite-folder';
import { runInProcess } from '../support/run-in-process';
import { video } from '../../../lib/cli/video';
import { singleLabel } from '../../../lib/base/task';
import { saveModel } from '../../../lib/model/model-folder';
import { createModel } from '../../../lib/model/movinet-model';
import { architectureOf } from '../../../lib/movinet/describe-movinet';
import { referenceWeights } from '../../../scripts/parity/reference-weights';

const { path: folder } = suiteFolder();
const addon = loadAddon();

interface Record {
  file: string;
  clips: { view: number; details: string; pictures: string[] }[];
  contactSheet?: string;
}

/** Frames of one colour each: frame `i` is of grey level 40 + 4 · i on its left half, 200 on its right. */
async function write(name: string, frames: number): Promise<string> {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  const [width, height] = [64, 32];
  const writer = await addon.createVideoWriter(path, { width, height, fps: 25, fourcc: 'FFV1' });
  for (let i = 0; i < frames; i++) {
    const pixels = Array.from({ length: width * height }, (_, at) => (at % width < width / 2 ? 40 + 4 * i : 200));
    await writer.write(Uint8Array.from(pixels.flatMap((grey) => [grey, grey, grey])));
  }
  await writer.close();
  return path;
}

async function clips(...args: string[]): Promise<{ status: number; records: Record[]; stderr: string }> {
  const { status, stdout, stderr } = await runInProcess(video, [...args, '--json', '--quiet']);
  const records = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record);
  return { status, records, stderr };
}

/** The grey level of a pixel of a picture. */
function grey(path: string, x: number, y: number): number {
  const { width, values } = readPicture(path);
  return values[(y * width + x) * 3] as number;
}

const CLIP = ['--size', '32', '--clip-frames', '4', '--frame-step', '2'];
let long: string;
beforeAll(async () => {
  long = await write('data/long.avi', 20);
});

it('shows clips as training draws them: others for another seed, the same for the same', async () => {
  const draw = async (seed: string): Promise<string[]> => {
    const { status, records } = await clips(long, ...CLIP, '--augment', 'crop,flip=1', '--seed', seed, '--out', '-');
    expect({ status, files: records.map(({ file }) => file) }).toEqual({ status: 0, files: [long] });
    return (records[0]?.clips ?? []).map(({ details }) => details);
  };
  const first = await draw('1');
  expect(first).toHaveLength(4);
  expect(first.every((details) => /^starts at \d+ % of what fits, .*% of the area, .*mirrored$/.test(details))).toBe(
    true,
  );
  expect(new Set(first).size).toBe(4);
  expect(await draw('1')).toEqual(first);
  expect(await draw('2')).not.toEqual(first);
});

it('writes a picture of each frame, mirrored and in place', async () => {
  const to = join(folder, 'flipped');
  const args = ['--augment', 'flip=1', '--clips-per-video', '1', '--out', to];
  const { records } = await clips(long, ...CLIP, ...args);
  const [record] = records;
  expect(record?.contactSheet).toBe(join(to, 'long.avi', 'contact-sheet.png'));
  expect(record?.clips[0]?.pictures).toEqual([1, 2, 3, 4].map((i) => join(to, 'long.avi', `clip-1-frame-0${i}.png`)));
  expect(readdirSync(join(to, 'long.avi'))).toHaveLength(5);
  const levels = record?.clips[0]?.pictures.map((path) => [grey(path, 4, 16), grey(path, 28, 16)]) ?? [];
  expect(levels.every(([left]) => left === 200)).toBe(true);
  // Two frames of the video lie between neighbours of the clip.
  const steps = levels.slice(1).map(([, right], i) => (right as number) - (levels[i]?.[1] as number));
  expect(steps).toEqual([8, 8, 8]);
  // The same again, in place of the first.
  expect((await clips(long, ...CLIP, ...args)).status).toBe(0);
});

it('shows the views of an evaluation: clips evenly spread, squares of each', async () => {
  const to = join(folder, 'views');
  const { records } = await clips(long, ...CLIP, '--clips-per-video', '2', '--crops', '3', '--out', to);
  const views = records[0]?.clips ?? [];
  expect(views.map(({ details }) => details)).toEqual(
    ['25 %', '75 %'].flatMap((start) =>
      ['0 %', '50 %', '100 %'].map(
        (along) => `starts at ${start} of what fits, the square at ${along} of the longer side`,
      ),
    ),
  );
  const middle = (view: number): number => grey(views[view]?.pictures[0] ?? '', 16, 16);
  expect([middle(0), middle(2), middle(5)]).toEqual([52, 200, 200]);
});

it('shows what stands in place of frames that a short video lacks', async () => {
  const short = await write('short.avi', 3);
  const levels = async (filling: string): Promise<number[]> => {
    const to = join(folder, `short-${filling}`);
    const { records, stderr } = await clips(short, ...CLIP, '--short', filling, '--out', to, '--clips-per-video', '1');
    expect(stderr).toMatch(/short\.avi \(2 of 4 frames\)$/m);
    return (records[0]?.clips[0]?.pictures ?? []).map((path) => grey(path, 4, 16));
  };
  expect(await levels('zero')).toEqual([40, 48, 0, 0]);
  expect(await levels('hold')).toEqual([40, 48, 48, 48]);
  expect(await levels('loop')).toEqual([40, 48, 44, 40]);
});

it('shows the filled clip whole, from the frame that it is to start at', async () => {
  const short = await write('short-from.avi', 5);
  const levels = async (...args: string[]): Promise<number[]> => {
    const to = join(folder, 'short-from');
    const { records } = await clips(short, '--size', '32', '--clip-frames', '4', ...args, '--out', to);
    return (records[0]?.clips[0]?.pictures ?? []).map((path) => grey(path, 4, 16));
  };
  expect(await levels('--frame-step', '2', '--short', 'loop', '--start', '2')).toEqual([48, 56, 44, 52]);
  expect(await levels('--frame-step', '1', '--short', 'hold', '--start', '1')).toEqual([44, 48, 52, 56]);
  // A model id's clip starts at the first frame, as predict has it.
  expect(await levels('--frame-step', '1', '--short', 'hold', '--model', 'a0-base')).toEqual([40, 44, 48, 52]);
  const past = await clips(short, ...CLIP, '--short', 'hold', '--start', '5', '--out', '-');
  expect(past.status).toBe(1);
  expect(past.stderr).toContain('there is no frame 5 to start at');
});

it('fills clips as the model was trained with', async () => {
  const short = await write('short-of-model.avi', 3);
  const id = 'a0-stream-relu6';
  const clip = { size: 32, frames: 4, every: { frames: 2 }, short: 'loop' } as const;
  const task = singleLabel(['a', 'b']);
  const model = join(folder, 'model');
  await saveModel(addon, createModel({ id, task, clip }, referenceWeights(architectureOf(id, 2))), model);
  const to = join(folder, 'of-model');
  const { records } = await clips(short, '--clip', '--model', model, '--out', to);
  expect((records[0]?.clips[0]?.pictures ?? []).map((path) => grey(path, 4, 16))).toEqual([40, 48, 44, 40]);
  // Frames that are named are no clip.
  const named = await clips(short, '--frames', '1', '--model', model, '--out', join(folder, 'of-model-named'));
  expect(named.records[0]).toMatchObject({ pictures: [{ index: 1 }] });
});

it('says of clips that could not start elsewhere that they start at the beginning', async () => {
  const short = await write('short-start.avi', 3);
  const { records } = await clips(short, long, ...CLIP, '--augment', 'flip=1', '--clips-per-video', '2', '--out', '-');
  const [ofShort, ofLong] = records.map((record) => record.clips.map(({ details }) => details));
  expect(ofShort).toEqual(['from its first frame, mirrored', 'from its first frame, mirrored']);
  expect(ofLong?.every((details) => details.startsWith('starts at '))).toBe(true);
});

it('shows what fits on a contact sheet, and says how many clips do not', async () => {
  const other = await write('other-long.avi', 20);
  const third = await write('third-long.avi', 20);
  const to = join(folder, 'full.png');
  // 4 frames a clip: 50 clips fit.
  const args = [...CLIP, '--clips-per-video', '40'];
  const { status, records, stderr } = await clips(long, other, third, ...args, '--out', to);
  expect({ status, sheets: records.map((record) => record.contactSheet) }).toEqual({
    status: 0,
    sheets: [to, to, undefined],
  });
  expect(stderr).toContain(`70 clips are not on ${to}, which shows at most 200 frames`);
  // A heading and a row of frames each.
  expect(readPicture(to).height).toBeGreaterThan(50 * (52 + 96));
  const all = await clips(long, ...CLIP, '--clips-per-video', '51', '--out', join(folder, 'full'));
  expect(all.stderr).toContain('1 clip is not on a contact sheet');
  expect(all.records[0]?.clips).toHaveLength(51);
  expect(readdirSync(join(folder, 'full', 'long.avi'))).toHaveLength(51 * 4 + 1);
});

it('shows some frames of a clip that alone has too many for a sheet', async () => {
  const to = join(folder, 'many.png');
  const { records, stderr } = await clips(
    long,
    ...['--size', '32', '--clip-frames', '210', '--frame-step', '1', '--short', 'loop', '--out', to],
  );
  expect(records[0]?.contactSheet).toBe(to);
  expect(readPicture(to).width).toBeGreaterThan(96);
  expect(stderr).not.toContain('not on');
});

it('cuts by time', async () => {
  const to = join(folder, 'by-time');
  const { records } = await clips(long, '--size', '32', '--clip-frames', '4', '--frame-rate', '12.5', '--out', to);
  const pictures = (records[0] as unknown as { pictures: { index: number }[] }).pictures;
  expect(pictures.map(({ index }) => index)).toEqual([6, 8, 10, 12]);
});

it('takes all videos below a folder and those of a list; what is broken is said, and fails', async () => {
  const other = await write('data/deeper/other.avi', 20);
  writeFileSync(join(folder, 'data/empty.avi'), '');
  writeFileSync(join(folder, 'data/list.csv'), 'path,label\nlong.avi,a\ndeeper/other.avi,b\ngone.avi,b\n');
  const both = await clips(join(folder, 'data'), ...CLIP, '--augment', 'mixup,cutmix', '--out', '-');
  expect(both.status).toBe(1);
  expect(both.records.map(({ file }) => file).sort()).toEqual([other, long].sort());
  expect(both.stderr).toContain('empty.avi: the file is empty');
  expect(
    both.records.flatMap(({ clips: all }) => all).filter(({ details }) => details.includes('of another clip')),
  ).toHaveLength(8);
  const listed = await clips(join(folder, 'data/list.csv'), ...CLIP, '--clips-per-video', '1', '--out', '-');
  expect(listed.records.map(({ file }) => file)).toEqual([long, other]);
  expect(listed.stderr).toContain('gone.avi');
});

it('puts all clips on one sheet', async () => {
  const to = join(folder, 'sheet.png');
  const { records } = await clips(long, ...CLIP, '--augment', 'standard', '--out', to);
  expect(records[0]?.contactSheet).toBe(to);
  expect(readPicture(to).width).toBeGreaterThan(4 * 96);
});

it.each([
  [['--augment', 'blur'], 'There is no augmentation "blur"'],
  [['--augment', 'flip', '--crops', '3'], '--crops is of clips to evaluate on'],
  [['--augment', 'flip', '--start', '3'], '--start is about one clip'],
  [['--augment', 'flip', '--check'], '--check is about whole files'],
  [['--short', 'loop', '--no-check', '--clip'], '--no-check is about whole files'],
  [['--seed', '3'], '--seed is of what --augment draws'],
  [['--crops', '2'], 'expected 1 or 3, got 2'],
  [['--frame-rate', '5', '--frame-step', '2', '--clip'], 'a frame step or a frame rate, not both'],
])('refuses %j', async (args, message) => {
  const { status, stderr } = await clips(long, ...args);
  expect({ status, stderr: stderr.includes(message) || stderr }).toEqual({ status: 2, stderr: true });
  expect(existsSync(join(folder, 'long.avi'))).toBe(false);
});
