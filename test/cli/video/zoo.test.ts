import { readdirSync, mkdtempSync } from 'node:fs';
import { basename, join } from 'node:path';
import { video } from '../../../lib/cli/video';
import type { VideoRecord } from '../../../lib/cli/video/description';
import { decodeAll } from '../../../lib/data/video/decode-all';
import { loadAddon } from '../../../lib/native/addon';
import { describeWith, VIDEO_ZOO } from '../../support/assets';
import { numbersOf, readBarCode } from '../../support/bar-code';
import { readPicture } from '../../support/read-picture';
import { suiteFolder } from '../../support/suite-folder';
import { zooTruth, type ZooTruth } from '../../support/zoo';
import { runInProcess } from '../support/run-in-process';

const { path: folder } = suiteFolder();
const truths = zooTruth();
const readable = truths.filter(({ error }) => error === undefined);

/** A tick of Matroska's clock, and rounding. */
const TIME_DIGITS = 3;

/** Where data is missing, what a decoder paints is its own choice: frames up to `before` and from `after` on are told by their numbers. */
const PAINTED: Readonly<Record<string, { readonly before: number; readonly after: number }>> = {
  'damaged.mp4': { before: 64, after: 77 },
};

async function look(args: readonly string[]) {
  const { status, stdout, stderr } = await runInProcess(video, [...args, '--json', '--quiet']);
  const records = stdout.split('\n').filter((line) => line !== '');
  return { status, stderr, records: records.map((line) => JSON.parse(line) as VideoRecord) };
}

/** Both ends, and some on the way. */
function someOf(count: number): number[] {
  const step = Math.max(1, Math.floor(count / 10));
  return Array.from({ length: count }, (_, i) => i).filter((i) => i < 3 || i >= count - 3 || i % step === 0);
}

describeWith(VIDEO_ZOO)('the zoo', () => {
  let checked: Map<string, VideoRecord>;
  let outcome: Awaited<ReturnType<typeof look>>;

  beforeAll(async () => {
    outcome = await look(truths.map(({ file }) => join(VIDEO_ZOO, file)));
    checked = new Map(outcome.records.map((record) => [basename(record.file), record]));
  });

  it('has one file that nobody can read', () => {
    expect(outcome.status).toBe(1);
    expect([...checked.keys()]).toEqual(readable.map(({ file }) => file));
    expect(outcome.stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(/^Warning: .*no-moov\.mp4/)]);
  });

  it.each(readable)('$file is as two readers of their own say', (truth: ZooTruth) => {
    const record = checked.get(truth.file)!;
    const [above, below = '1'] = truth.sample_aspect_ratio.split('/');
    expect(record).toMatchObject({
      ...{ frames: truth.frames, exact: true },
      ...{ width: truth.upright_size[0], height: truth.upright_size[1] },
      ...{ rotation: truth.display_rotation, mirrored: truth.mirrored },
    });
    // The truth calls AV1 by its decoder.
    expect(record.codec).toBe(truth.codec.replace('libdav1d', 'av1'));
    expect(record.sampleAspectRatio).toBeCloseTo(Number(above) / Number(below), 5);
    expect(record.firstTime).toBeCloseTo(truth.first_seconds, TIME_DIGITS - 1);
    if (truth.frames > 1) expect(record.duration).toBeGreaterThan(truth.last_seconds - truth.first_seconds);
  });

  it.each(readable)('$file has as many frames where they pass one by one', async ({ file, frames }: ZooTruth) => {
    const decoded = await decodeAll(join(VIDEO_ZOO, file), { addon: loadAddon() });
    expect(decoded).toMatchObject({ frames, damagedPackets: checked.get(file)!.damagedPackets });
  });

  it.each(readable)('$file shows its own frames at their times', async (truth: ZooTruth) => {
    const to = mkdtempSync(join(folder, 'pictures-'));
    const painted = PAINTED[truth.file];
    const isPainted = (index: number): boolean =>
      painted !== undefined && index >= painted.before && index < painted.after;
    const frames = someOf(truth.frames);
    const args = ['--frames', frames.join(','), '--out', to, '--size', '128'];
    const { status, stderr, records } = await look([join(VIDEO_ZOO, truth.file), ...args]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const pictures = records[0]!.pictures!;
    expect(pictures.map(({ index }) => index)).toEqual(frames);
    const numbers = numbersOf(truth.numbers);
    const [width, height] = truth.upright_size;
    const told = pictures.map(({ index, path }) => {
      const { values, width: size } = readPicture(path!);
      return isPainted(index) ? undefined : readBarCode({ values, size, width, height });
    });
    expect(told).toEqual(frames.map((index) => (isPainted(index) ? undefined : { number: numbers[index], turn: '0' })));
    expect(pictures[0]?.time).toBeCloseTo(truth.first_seconds, TIME_DIGITS - 1);
    expect(pictures.at(-1)?.time).toBeCloseTo(truth.last_seconds, TIME_DIGITS - 1);
    expect(readdirSync(join(to, truth.file))).toHaveLength(frames.length + 1);
  });

  it('counts the frames that a player shows in a damaged file', async () => {
    const at = [0, 40, 63, 77, 78, 100, 176];
    const to = mkdtempSync(join(folder, 'pictures-'));
    const args = ['--frames', at.join(','), '--out', to, '--size', '128'];
    const { records } = await look([join(VIDEO_ZOO, 'damaged.mp4'), ...args]);
    const shown = records[0]!.pictures!.map(({ index, time, path }) => {
      const { values, width: size } = readPicture(path!);
      return { index, time, number: readBarCode({ values, size, width: 160, height: 120 })?.number };
    });
    const numbers = numbersOf(truths.find(({ file }) => file === 'damaged.mp4')!.numbers);
    expect(shown).toEqual(at.map((index) => ({ index, time: numbers[index]! / 25, number: numbers[index] })));
    expect(numbers[100]).toBe(123);
  });

  it('tells which frames of a damaged file are lost', () => {
    expect(checked.get('bad-picture.avi')).toMatchObject({ damagedPackets: 1, lostFrames: [[18, 18]] });
    const damaged = checked.get('damaged.mp4')!;
    expect(damaged.damagedPackets).toBeGreaterThan(0);
    const lost = damaged.lostFrames!;
    // 23, and where a painted picture has the time of another, one more.
    const count = lost.reduce((sum, [first, last]) => sum + last - first + 1, 0);
    expect([23, 24]).toContain(count);
    expect(lost[0]![0]).toBeGreaterThanOrEqual(64);
    expect(lost.at(-1)![1]).toBeLessThan(100);
  });

  it('is stretched where the pixel aspect counts', async () => {
    const { records } = await look([join(VIDEO_ZOO, 'wide-pixels.mp4'), '--pixel-aspect']);
    expect(records[0]).toMatchObject({ width: 160, height: 120 });
  });
});
