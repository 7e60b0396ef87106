import { cpSync, existsSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate } from '../../lib/cli/evaluate';
import { predict } from '../../lib/cli/predict';
import { describeWith, KINETICS_CHECKPOINT, LABELLED_CLIPS, VIDEO_ZOO } from '../support/assets';
import { suiteFolder } from '../support/suite-folder';
import { runInProcess } from './support/run-in-process';
import { trainTinyRun, type TinyRun } from './support/tiny-run';

type Predicted = { file: string; predictions: { label: string; index: number; probability: number }[] };

const { path: folder } = suiteFolder();
let run: TinyRun;

beforeAll(async () => {
  process.env['NO_COLOR'] = '1';
  run = await trainTinyRun(folder);
});

describe('predict', () => {
  const clip = (): string => join(run.videos, 'test', 'corner', 'corner-0000.avi');

  it('classifies what it can, tells of the rest, and exits with 1', async () => {
    const text = join(folder, 'text.avi');
    writeFileSync(text, 'no video');
    const cut = join(folder, 'cut.avi');
    cpSync(clip(), cut);
    truncateSync(cut, Math.floor(statSync(cut).size / 20));
    const files = [clip(), text, '/no/such.avi', cut, clip()];
    const { status, stdout, stderr } = await runInProcess(predict, ['--model', run.model, ...files, '--json']);
    const records = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Predicted);
    expect(status).toBe(1);
    expect(records.map(({ file }) => file)).toEqual(expect.arrayContaining(files));
    expect(records).toHaveLength(files.length);
    const failed = records.filter((record) => 'error' in record);
    expect(failed).toHaveLength(3);
    for (const { file, ...record } of failed)
      expect(record).toEqual({
        format: 1,
        error: { code: 'ERR_VIDEO', message: expect.stringContaining(file) as string },
      });
    for (const { predictions } of records.filter((record) => !('error' in record))) {
      expect(predictions).toHaveLength(2);
      const [first = NaN, second = NaN] = predictions.map(({ probability }) => probability);
      expect(first).toBeGreaterThanOrEqual(second);
      expect(first + second).toBeCloseTo(1, 5);
    }
    for (const file of [text, '/no/such.avi', cut]) expect(stderr).toContain(`Cannot classify ${file}: `);
  });

  it('refuses frames of more pixels than allowed', async () => {
    const args = ['--model', run.model, '--max-pixels', '100', clip(), '--json'];
    const { status, stdout, stderr } = await runInProcess(predict, args);
    expect([status, JSON.parse(stdout)]).toMatchObject([1, { file: clip(), error: { code: 'ERR_VIDEO' } }]);
    expect(stderr).toMatch(/Cannot classify .*corner-0000\.avi: .*100 pixels/);
  });

  it('writes the profile that was asked for, and says where the model ran too seldom for one', async () => {
    const profile = join(folder, 'trace.json');
    const options = ['--model', run.model, '--batch-size', '1', '--profile', profile];
    const once = await runInProcess(predict, [...options, clip()]);
    expect(once.stderr).toContain(`No profile in ${profile}`);
    expect(existsSync(profile)).toBe(false);
    const thrice = await runInProcess(predict, [...options, clip(), clip(), clip()]);
    expect(thrice.stderr).toContain(`Profile of 2 runs: ${profile}`);
    const { traceEvents } = JSON.parse(readFileSync(profile, 'utf8')) as { traceEvents: { ph: string }[] };
    expect(traceEvents.filter(({ ph }) => ph === 'X').length).toBeGreaterThan(30);
  });

  it.each<[string, () => string[], number, RegExp]>([
    ['no files', () => ['--model', run.model], 2, /missing required argument 'files'/],
    [
      'an unknown model',
      () => ['--model', 'a0-huge', clip()],
      2,
      /There is no model "a0-huge": give the folder model\//,
    ],
    ['weights beside a model folder', () => ['--model', run.model, '--weights', 'x', clip()], 2, /go with a model id/],
    [
      'missing labels',
      () => ['--model', 'a0-stream-relu6', '--weights', run.backbone, '--labels', '/no/labels', clip()],
      2,
      /Cannot read the labels \/no\/labels/,
    ],
    [
      'a checkpoint without a head',
      () => ['--model', 'a0-stream-relu6', '--weights', run.backbone, clip()],
      1,
      /lacks \d+ of/,
    ],
    [
      'no time for a run',
      () => ['--model', run.model, '--timeout', '0', clip()],
      2,
      /--timeout: expected a number above 0/,
    ],
    [
      'too little time for a run',
      () => [
        '--model',
        run.model,
        '--kernels',
        'plain',
        '--size',
        '448',
        '--frames',
        '32',
        '--timeout',
        '0.001',
        clip(),
      ],
      1,
      /A run of the model took longer than 0.001 s/,
    ],
    [
      'a start that is no frame',
      () => ['--model', run.model, '--start', 'end', clip()],
      2,
      /Option --start: expected center/,
    ],
  ])('refuses %s', async (_, args, status, message) => {
    const outcome = await runInProcess(predict, args());
    expect(outcome.status).toBe(status);
    expect(outcome.stderr).toMatch(message);
    expect(outcome.stdout).toBe('');
  });
});

describeWith(KINETICS_CHECKPOINT + '.index', LABELLED_CLIPS)('predict with the official weights', () => {
  const official = ['--model', 'a0-stream-relu6', '--weights', KINETICS_CHECKPOINT];
  const clips = ['arm_wrestling.mp4', 'carving_ice.mp4'].map((name) => join(LABELLED_CLIPS, name));

  it('gives the official implementation’s classes and probabilities', async () => {
    const { stdout } = await runInProcess(predict, [...official, ...clips, '--json', '--top', '2']);
    const records = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as Predicted).predictions);
    expect(records[0]?.[0]).toEqual({ label: 'arm wrestling', index: 11, probability: expect.closeTo(0.9974, 3) });
    expect(records[1]?.[0]).toEqual({ label: 'carving ice', index: 72, probability: expect.closeTo(0.96892, 3) });
    expect(records[1]?.[1]).toEqual({ label: 'chiseling stone', index: 86, probability: expect.closeTo(0.01597, 3) });
  });

  it('takes the model id in evaluate as well', async () => {
    const data = join(folder, 'kinetics');
    for (const [index, label] of ['arm wrestling', 'carving ice'].entries()) {
      mkdirSync(join(data, label), { recursive: true });
      cpSync(clips[index] as string, join(data, label, 'clip.mp4'));
    }
    const { status, stdout } = await runInProcess(evaluate, [...official, '--data', data, '--split', 'all', '--json']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ metrics: { accuracy: 1 }, clips: 2 });
  });

  it('says so where the labels are not the weights’', async () => {
    const labels = join(folder, 'labels.txt');
    writeFileSync(labels, 'one\ntwo\n');
    const { status, stderr } = await runInProcess(predict, [...official, '--labels', labels, clips[0] as string]);
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/have 600 classes, but .*labels\.txt has 2 labels: does it belong to them\?\n$/),
    ]);
  });
});

describeWith(VIDEO_ZOO)('predict on videos that readers stumble over', () => {
  const answer = async (
    ...args: string[]
  ): Promise<{ stderr: string; records: (Predicted & { damagedPackets?: number })[] }> => {
    const { status, stdout, stderr } = await runInProcess(predict, ['--model', run.model, ...args, '--json']);
    expect(status).toBe(0);
    const records = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Predicted);
    return { stderr, records };
  };

  it('names a damaged video, in a warning and in its record', async () => {
    const files = ['plain.mp4', 'damaged.mp4'].map((name) => join(VIDEO_ZOO, name));
    const { records, stderr } = await answer(...files);
    expect(records.map(({ damagedPackets }) => damagedPackets)).toEqual([undefined, expect.any(Number)]);
    expect(stderr).toContain(
      `Warning: 1 video has damaged parts, which were read over: ${files[1]} (${records[1]?.damagedPackets} packets)\n`,
    );
  });

  it('stretches frames of pixels that are not square where asked to', async () => {
    const file = join(VIDEO_ZOO, 'wide-pixels.mp4');
    const [plain, stretched] = [await answer(file), await answer(file, '--pixel-aspect')];
    expect(stretched.records[0]?.predictions).not.toEqual(plain.records[0]?.predictions);
  });
});
