import { spawnSync } from 'node:child_process';
import { singleLabel } from '../../lib/base/task';
import { readdirSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { loadAddon } from '../../lib/native/addon';
import { saveModel, seededUniform } from '../../lib/model/classifier';
import { createModel } from '../../lib/model/movinet-model';
import { architectureOf } from '../../lib/movinet/describe-movinet';
import { initialWeights } from '../../lib/movinet/initialize';
import { suiteFolder } from '../support/suite-folder';
import { PRELUDE, runScript, startWorker } from './support/script';
import { writeVideo } from './support/video';

const addon = loadAddon();
const { path: folder } = suiteFolder();
const video = join(folder, 'video.avi');
/** Seconds for what a slow machine, or a sanitizer, may need besides. */
const ROOM = 10;

beforeAll(() => writeVideo(video, 20));

type Counts = ReturnType<typeof addon.liveCounts>;

/** What native work leaves is gone soon after its end, not with it. */
async function expectNoMoreThan(before: Counts): Promise<void> {
  const more = (): string[] => {
    const now = addon.liveCounts();
    return (Object.keys(before) as (keyof Counts)[]).filter((name) => now[name] > before[name]);
  };
  for (let turn = 0; turn < 50 * ROOM && more().length > 0; turn++) await setTimeout(20);
  expect(more()).toEqual([]);
}

describe('threads end when what they serve is closed, not when it is collected', () => {
  const systemThreads = (): number => readdirSync('/proc/self/task').length;

  it.each([
    ['sessions', async () => (await addon.createSession(addon.createGraph())).close()],
    ['videos', async () => (await addon.openVideo(video)).close()],
    [
      'decoders',
      async () => {
        const decoder = addon.createClipDecoder(2);
        using batch = addon.createTensor('float32', [1, 1, 8, 8, 3]);
        await decoder.decode([{ path: video, frames: [0], slot: 0 }], batch);
        decoder.close();
      },
    ],
  ])('%s', async (_, openAndClose) => {
    await openAndClose();
    await setTimeout(50);
    const [before, system] = [addon.liveCounts().threads, systemThreads()];
    for (let i = 0; i < 100; i++) await openAndClose();
    for (let turn = 0; turn < 50 * ROOM && addon.liveCounts().threads > before; turn++) await setTimeout(20);
    expect(addon.liveCounts().threads).toBeLessThanOrEqual(before);
    expect(systemThreads()).toBeLessThan(system + 20);
  });
});

describe('close()', () => {
  it('ends a run that waits for ever, and those behind it, as CANCELLED', async () => {
    const graph = addon.createGraph();
    const types = { component_types: { types: ['float32' as const] } };
    graph.addOperation({ type: 'FIFOQueueV2', name: 'queue', inputs: [], attributes: types });
    graph.addOperation({ type: 'QueueDequeueV2', name: 'take', inputs: ['queue:0'], attributes: types });
    const session = await addon.createSession(graph);
    const plan = session.prepare([], ['take:0']);
    const runs = [session.run(plan, []), session.run(plan, [])];
    session.close();
    for (const run of runs) await expect(run).rejects.toMatchObject({ status: 'CANCELLED' });
    expect(() => session.prepare([], [])).toThrow('closed');
    expect(() => session.close()).not.toThrow();
  });

  it('leaves alone what the collector ends: a run whose session nobody holds comes to its end', async () => {
    const graph = addon.createGraph();
    using one = addon.createTensor('float32', [1]);
    graph.addOperation({
      type: 'Const',
      name: 'c',
      inputs: [],
      attributes: { dtype: { type: 'float32' }, value: { tensor: one } },
    });
    const run = async () => {
      const session = await addon.createSession(graph);
      return session.run(session.prepare([], ['c:0']), []);
    };
    const results = await Promise.all(Array.from({ length: 50 }, run));
    expect(results.flat()).toHaveLength(50);
    results.flat().forEach((tensor) => tensor.dispose());
  });
});

describe('a worker that is terminated leaves nothing behind', () => {
  const model = join(folder, 'model');
  beforeAll(async () => {
    const clip = { frames: 8, every: { frames: 2 }, short: 'zero', size: 64 } as const;
    const uniform = seededUniform(0);
    const weights = initialWeights(architectureOf('a0-base', 2), { uniform, reZero: 1 });
    await saveModel(createModel({ id: 'a0-base', task: singleLabel(['a', 'b']), clip }, weights), model, { addon });
  });

  it.each([
    ['while a run waits for ever', 'await block(); ready();'],
    [
      'while videos are decoded',
      `const request = (slot) => ({ path: process.env.VIDEO, frames: [19], slot });
       const batch = addon.createTensor('float32', [2000, 1, 8, 8, 3]);
       addon.createClipDecoder(2).decode(Array.from({ length: 2000 }, (_, slot) => request(slot)), batch);
       addon.openVideo(process.env.VIDEO).then((reader) => reader.read(addon.createTensor('float32', [1, 1, 8, 8, 3]), 1, 1));
       ready();`,
    ],
    ['while a model is loaded', `addon.loadSavedModel(process.env.MODEL, ['serve']); setTimeout(ready, 50);`],
    ['with open objects', `await block().catch(() => 0); addon.createTensor('float32', [1000, 1000]); ready();`],
  ])('%s', async (_, script) => {
    const before = addon.liveCounts();
    for (let round = 0; round < 3; round++) {
      const worker = await startWorker(script, { VIDEO: video, MODEL: model });
      const began = performance.now();
      await worker.terminate();
      expect((performance.now() - began) / 1000).toBeLessThan(ROOM);
    }
    await expectNoMoreThan(before);
  });
});

test('a worker that is terminated while a call reads its arguments does not end the process', async () => {
  const script = `const requests = Array.from({ length: 3000 }, (_, slot) => ({ path: process.env.VIDEO, frames: [19, 18, 3], slot }));
    const decoder = addon.createClipDecoder(2);
    const batch = addon.createTensor('float32', [3000, 3, 8, 8, 3]);
    ready();
    for (;;) try { decoder.decode(requests, batch).catch(() => 0); } catch {}`;
  for (let round = 0; round < 15; round++) {
    const worker = await startWorker(script, { VIDEO: video });
    await setTimeout(round);
    await worker.terminate();
  }
});

describe('the process exits', () => {
  it.each([
    ['while a run waits for ever', `await block(); process.exit(7);`],
    ['after the session of such a run was closed', `(await block()).session.close(); process.exit(7);`],
    [
      'while videos are decoded',
      `const requests = Array.from({ length: 2000 }, (_, slot) => ({ path: process.env.VIDEO, frames: [19], slot }));
       addon.createClipDecoder(2).decode(requests, addon.createTensor('float32', [2000, 1, 8, 8, 3]));
       setTimeout(() => process.exit(7), 20);`,
    ],
    [
      'while a worker has such a run',
      `const { Worker } = require('node:worker_threads');
       new Worker(process.env.PRELUDE + 'block().then(() => require("node:worker_threads").parentPort.postMessage(1));', { eval: true })
         .once('message', () => process.exit(7));`,
    ],
  ])('%s', async (_, script) => {
    const { code, signal, seconds } = await runScript(script, { VIDEO: video, PRELUDE });
    expect({ code, signal }).toEqual({ code: 7, signal: null });
    expect(seconds).toBeLessThan(ROOM);
  });

  it('though an address does not answer, which FFmpeg would wait for', async () => {
    const sockets = new Set<{ destroy(): void }>();
    const deaf = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
    await new Promise((resolve) => deaf.once('listening', resolve));
    const { port } = deaf.address() as AddressInfo;
    const script = `addon.openVideo(process.env.ADDRESS).catch(() => 0); setTimeout(() => process.exit(7), 300);`;
    const end = await runScript(script, { ADDRESS: `http://127.0.0.1:${port}/live` });
    sockets.forEach((socket) => socket.destroy());
    deaf.close();
    expect(end).toMatchObject({ code: 7, signal: null });
    expect(end.seconds).toBeLessThan(ROOM);
  });

  it.each([
    ['-1', 255],
    ['256', 0],
    ['"3"', 3],
  ])('with any code: %s', (code, status) => {
    const script = `require('./lib/native/addon').loadAddon(); process.exit(${code});`;
    const cwd = join(__dirname, '..', '..');
    const end = spawnSync(process.execPath, ['-r', 'ts-node/register', '-e', script], { cwd, encoding: 'utf8' });
    expect(end.status).toBe(status);
    expect(end.stderr).not.toContain('Error');
  });

  it('by itself once nothing is under way, whatever is open', async () => {
    const script = `const { session, run } = await block(); session.close(); await run.catch(() => 0);
      await addon.createSession(addon.createGraph()); await addon.openVideo(process.env.VIDEO); addon.createClipDecoder(2);`;
    expect(await runScript(script, { VIDEO: video })).toMatchObject({ code: 0, signal: null });
  });
});

test('after shutDown() every call is rejected, and to close something is no error', async () => {
  const script = `
    const { session, run } = await block();
    const plan = session.prepare([], []);
    const decoder = addon.createClipDecoder(1);
    const reader = await addon.openVideo(process.env.VIDEO);
    const graph = addon.createGraph();
    const batch = addon.createTensor('float32', [1, 1, 8, 8, 3]);
    addon.shutDown();
    addon.shutDown();
    const request = { path: process.env.VIDEO, frames: [0], slot: 0 };
    const calls = [run, session.run(plan, []), decoder.decode([request], batch), addon.indexVideos([process.env.VIDEO], 1),
      addon.openVideo(process.env.VIDEO), addon.createSession(graph), graph.toGraphDef(), reader.read(batch, 1, 1)];
    const ends = await Promise.allSettled(calls);
    decoder.abort(); decoder.close(); session.close(); reader.close();
    console.log(JSON.stringify(ends.map(({ status, reason }) => status + ': ' + reason?.message)));`;
  const { output, code } = await runScript(script, { VIDEO: video });
  expect(code).toBe(0);
  const ends = JSON.parse(output) as string[];
  expect(ends).toHaveLength(8);
  expect(new Set(ends)).toEqual(new Set(['rejected: This JavaScript environment is ending: native work has stopped']));
});

test('a pipe is no video, and nothing waits for it', async () => {
  const script = `require('node:child_process').execFileSync('mkfifo', [process.env.PIPE]);
    console.log((await addon.indexVideos([process.env.PIPE], 1))[0].error);
    await addon.openVideo(process.env.PIPE).catch((error) => console.log(error.message));`;
  const { output, code } = await runScript(script, { PIPE: join(folder, 'pipe.avi') });
  expect(code).toBe(0);
  expect(output.match(/it is no regular file/g)).toHaveLength(2);
});
