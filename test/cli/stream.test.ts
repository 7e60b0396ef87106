import { readFileSync, writeFileSync } from 'node:fs';
import { singleLabel } from '../../lib/base/task';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stream } from '../../lib/cli/stream';
import { initialWeights } from '../../lib/movinet/initialize';
import { architectureOf } from '../../lib/movinet/describe-movinet';
import { createModel, type MovinetModel } from '../../lib/model/movinet-model';
import type { ModelId } from '../../lib/movinet/options';
import { loadAddon } from '../../lib/native/addon';
import { saveModel, seededUniform } from '../../lib/model/classifier';
import { describeWith, KINETICS_CHECKPOINT, LABELLED_CLIPS } from '../support/assets';
import { writeFilm } from '../data/support/sample-sources';
import { RtspServer } from '../support/rtsp-server';
import { suiteFolder } from '../support/suite-folder';
import { runInProcess } from './support/run-in-process';

interface Line {
  lastFrame: number;
  seconds: number;
  predictions: { label: string; index: number; probability: number }[];
  framesPerSecond: number;
  latencyMs: { p50: number; p95: number };
  droppedFrames: number;
  damagedPackets: number;
  reconnects: number;
  source: string;
  ended?: string;
  error?: string;
}

const addon = loadAddon();
const { path: folder } = suiteFolder();
const video = join(folder, 'video.avi');
const streamModel = join(folder, 'model');
const baseModel = join(folder, 'base');

function untrained(id: ModelId): MovinetModel {
  const weights = initialWeights(architectureOf(id, 2), { uniform: seededUniform(1), reZero: 1 });
  const clip = { size: 32, frames: 4, every: { frames: 2 }, short: 'zero' } as const;
  return createModel({ id, task: singleLabel(['left', 'right']), clip }, weights);
}

const lines = (text: string): Line[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

beforeAll(async () => {
  process.env['NO_COLOR'] = '1';
  const writer = await addon.createVideoWriter(video, { width: 32, height: 32, fps: 10, fourcc: 'MJPG' });
  for (let i = 0; i < 11; i++) await writer.write(new Uint8Array(32 * 32 * 3).fill(20 * i));
  await writer.close();
  await saveModel(untrained('a0-stream-relu6'), streamModel, { addon });
  await saveModel(untrained('a0-base'), baseModel, { addon });
});

describe('stream', () => {
  it('writes a line for each chunk, with the step of the model’s clips', async () => {
    const { status, stdout } = await runInProcess(stream, [
      ...['--model', streamModel, '--device', 'cpu', '--chunk', '4', '--json', video],
    ]);
    expect(status).toBe(0);
    const records = lines(stdout);
    expect(records.map(({ lastFrame }) => lastFrame)).toEqual([6, 10, 10]);
    expect(records[1]?.seconds).toBeCloseTo(1, 5);
    for (const { predictions, droppedFrames } of records) {
      expect(predictions.map(({ label }) => label).sort()).toEqual(['left', 'right']);
      expect(droppedFrames).toBe(0);
    }
    expect(records.at(-1)).toMatchObject({ source: video, ended: 'The video ended after frame 10' });
  });

  it('names a source of another frame rate than the training videos’ once, but not where frames are taken by time', async () => {
    const faster = join(folder, 'trained-at-25');
    await saveModel(untrained('a0-stream-relu6').withClip(untrained('a0-base').clip, 25), faster, { addon });
    const args = ['--model', faster, '--device', 'cpu', '--json', video];
    const byFrames = await runInProcess(stream, args);
    const warnings = byFrames.stderr.split('\n').filter((line) => line.includes('another frame rate'));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('than the 25 a second at which clips are as in training');
    expect(warnings[0]).toContain('--frame-rate 12.5 samples as in training');
    const sameRate = await runInProcess(stream, [...args, '--frame-step', '1']);
    expect([sameRate.status, sameRate.stderr]).toEqual([0, expect.not.stringContaining('another frame rate')]);
    expect(warnings[0]).toContain('video.avi (10)');
    const byTime = await runInProcess(stream, [...args, '--frame-rate', '5']);
    expect(byTime.stderr).not.toContain('another frame rate');
    expect(lines(byTime.stdout).map(({ lastFrame }) => lastFrame)).toEqual([0, 2, 4, 6, 8, 10, 10]);
  });

  it('ends with the same classes whatever the chunks, and with others where it forgets', async () => {
    const last = async (...args: string[]): Promise<number> => {
      const options = ['--model', streamModel, '--device', 'cpu', '--json', '--frame-step', '1', ...args, video];
      const { predictions } = lines((await runInProcess(stream, options)).stdout).at(-1) as Line;
      return predictions.find(({ index }) => index === 0)?.probability as number;
    };
    const inChunks = await last('--chunk', '5');
    expect(await last()).toBeCloseTo(inChunks, 5);
    expect(Math.abs((await last('--reset-every', '3')) - inChunks)).toBeGreaterThan(1e-6);
  });

  it('shows plain lines where there is no terminal, and the result at the end', async () => {
    const { status, stdout, stderr } = await runInProcess(stream, [
      ...['--model', streamModel, '--device', 'cpu', '--top', '1', video],
    ]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^frame 0, 0\.0 s: (left|right) \d+\.\d %; latency/);
    expect(stdout).toMatch(/video\.avi\n +\d+\.\d % {2}(left|right)\n$/);
    expect(stderr).toContain('The video ended after frame 10; ');
  });

  test.each([
    ['a model folder that is not causal', () => ['--model', baseModel, video], /a0-base cannot stream.*a0-stream/],
    ['a model id that is not causal', () => ['--model', 'a1-base', video], /a1-base cannot stream/],
    ['an unknown model', () => ['--model', 'a9', video], /no model "a9".*a0-stream/],
    ['labels of a model folder', () => ['--model', streamModel, '--labels', 'x', video], /go with a model id/],
    ['a chunk of no frames', () => ['--model', streamModel, '--chunk', '0', video], /--chunk: expected an integer/],
    ['two ways to forget', () => ['--model', streamModel, '--memory', '5', '--reset-every', '9', video], /not by both/],
    [
      'a memory that is none',
      () => ['--model', streamModel, '--memory=-1', video],
      /--memory: expected a number of at least 0/,
    ],
    [
      'tries that are none',
      () => ['--model', streamModel, '--reconnect=x', video],
      /--reconnect: expected a number of/,
    ],
    [
      'tries below none, which are no source',
      () => ['--model', streamModel, '--reconnect', '-1', video],
      /--reconnect: expected an integer of at least 0, got -1/,
    ],
    [
      'more threads than there can be',
      () => ['--model', streamModel, '--threads', '5000', video],
      /--threads: expected an integer from 1 to 4096, got 5000/,
    ],
    ['no source', () => ['--model', streamModel], /missing required argument/],
  ])('refuses %s with status 2', async (_, args, message) => {
    const { status, stdout, stderr } = await runInProcess(stream, args());
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
    expect(stdout).toBe('');
  });

  it('remembers the last seconds of a file where asked to', async () => {
    const last = async (...args: string[]): Promise<number> => {
      const options = ['--model', streamModel, '--device', 'cpu', '--json', '--frame-step', '1', ...args, video];
      const { predictions } = lines((await runInProcess(stream, options)).stdout).at(-1) as Line;
      return predictions.find(({ index }) => index === 0)?.probability as number;
    };
    const whole = await last();
    expect(await last('--memory', 'off')).toBe(whole);
    expect(await last('--memory', '1000')).toBeCloseTo(whole, 5);
    expect(Math.abs((await last('--memory', '0.1')) - whole)).toBeGreaterThan(1e-6);
  });

  it('takes several sources, each with its own answer; one that fails leaves the others alone', async () => {
    const missing = 'http://user:secret@127.0.0.1:9/x?token=hidden';
    const args = ['--model', streamModel, '--device', 'cpu', '--reconnect'];
    const { status, stdout, stderr } = await runInProcess(stream, [...args, '--json', video, missing, video]);
    expect(status).toBe(1);
    const alone = lines((await runInProcess(stream, [...args, '--json', video])).stdout);
    const records = lines(stdout);
    const shown = 'http://127.0.0.1:9/x?token=***';
    expect(records.find(({ source }) => source === shown)).toEqual({
      format: 1,
      source: shown,
      ended: 'The source cannot be read',
      error: expect.stringMatching(/^Cannot read the video http:\/\/127.*refused/) as string,
    });
    const answers = records.filter(({ source }) => source === video);
    expect(answers).toHaveLength(2 * alone.length);
    for (const { lastFrame, predictions, ended } of alone) {
      const same = answers.filter((other) => other.lastFrame === lastFrame && other.ended === ended);
      expect(same).toHaveLength(2);
      for (const other of same)
        expect(other.predictions[0]?.probability).toBeCloseTo(predictions[0]?.probability as number, 5);
    }
    // In turns: neither is far ahead of the other.
    const order = answers.filter(({ ended }) => ended === undefined).map(({ lastFrame }) => lastFrame);
    order.forEach((frame, i) => expect(Math.abs(frame - (order[i ^ 1] as number))).toBeLessThanOrEqual(4));
    expect(stderr).toContain(`1 of 3 sources failed: ${shown}`);
    expect(stderr).toMatch(/Warning: Cannot read the video http:\/\/127/);
    expect(stdout + stderr).not.toMatch(/secret|hidden/);
  });

  test.each([
    [['--memory', 'rtsp://u:secret@h/']],
    [['--chunk', 'rtsp://u:secret@h/']],
    [['--unknown', 'rtsp://u:secret@h/']],
    [['--verbose', '--reconnect', 'off', 'rtsp://u:secret@127.0.0.1:9/?pwd=secret']],
  ])('has no password in its messages: %p', async (args) => {
    const { status, stdout, stderr } = await runInProcess(stream, ['--model', streamModel, '--device', 'cpu', ...args]);
    expect(status).toBeGreaterThan(0);
    expect(stderr).toMatch(/^Error: /m);
    expect(stdout + stderr).not.toContain('secret');
  });

  it('opens a lost live source anew, remembers its last seconds, and says so', async () => {
    const film = readFileSync(await writeFilm(addon, folder, 'film.ts', 'PIM1', 50));
    const server = await new RtspServer(film, [{ packets: 40, then: 'drop' }]).listen();
    const address = server.url('/live', 'user:secret@');
    const running = runInProcess(stream, [
      ...['--model', streamModel, '--device', 'cpu', '--json', '--reconnect', '1', '--timeout', '5', address],
    ]);
    // Who comes a third time has had frames of the second.
    while (server.played < 3) await sleep(20);
    await server.close();
    const { status, stdout, stderr } = await running;
    expect(status).toBe(1);
    const records = lines(stdout);
    expect(records.at(-1)).toMatchObject({ source: server.url(), damagedPackets: expect.any(Number) as number });
    expect(records.at(-1)?.reconnects).toBeGreaterThanOrEqual(1);
    expect(records.at(-1)?.error).toMatch(/did not come back in one try/);
    expect(stderr).toMatch(/Warning: .*It is opened anew in 1 s/);
    expect(stderr).toContain(`${server.url()} is back after `);
    expect(stdout + stderr).not.toContain('secret');
  });

  it('fails with status 1 where the source cannot be opened', async () => {
    const text = join(folder, 'text.mp4');
    writeFileSync(text, 'no video');
    for (const source of [text, join(folder, 'none.mp4'), 'http://127.0.0.1:9/video.mp4', '999']) {
      const { status, stderr } = await runInProcess(stream, ['--model', streamModel, '--device', 'cpu', source]);
      expect(stderr).toMatch(new RegExp(`^Error: Cannot read the video ${source}: .+\n$`, 'm'));
      expect(status).toBe(1);
    }
  });
});

describeWith(`${KINETICS_CHECKPOINT}.index`, LABELLED_CLIPS)('with the Kinetics-600 weights', () => {
  it('names what a video shows', async () => {
    const { status, stdout } = await runInProcess(stream, [
      ...['--model', 'a0-stream-relu6', '--weights', KINETICS_CHECKPOINT, '--device', 'cpu', '--json'],
      join(LABELLED_CLIPS, 'carving_ice.mp4'),
    ]);
    expect(status).toBe(0);
    expect(lines(stdout).at(-1)?.predictions[0]).toMatchObject({ label: 'carving ice' });
  });
});
