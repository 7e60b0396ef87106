import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { VideoError } from '../../lib/base/errors';
import { loadAddon } from '../../lib/native/addon';
import type { NativeTensor } from '../../lib/native/tensor';
import type { ClipRequest } from '../../lib/native/video';

const addon = loadAddon();
const packageRoot = join(__dirname, '..', '..');
const width = 48;
const height = 32;
const size = 16;
const frameValues = size * size * 3;

let folder: string;
let video: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'movinet-video-'));
  video = join(folder, 'video.avi');
  await writeVideo(video, 20);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function frameBytes(index: number): Uint8Array {
  return Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 2 + index * 11) % 256);
}

async function writeVideo(path: string, frames: number): Promise<void> {
  const writer = addon.createVideoWriter(path, { width, height, fps: 10, fourcc: 'MJPG' });
  for (let i = 0; i < frames; i++) await writer.write(frameBytes(i));
  await writer.close();
}

function target(batch: number, frames: number): NativeTensor {
  return addon.createTensor('float32', [batch, frames, size, size, 3]);
}

function values(tensor: NativeTensor): Float32Array {
  return tensor.data() as Float32Array;
}

function frame(tensor: NativeTensor, index: number): number[] {
  return [...values(tensor).subarray(index * frameValues, (index + 1) * frameValues)];
}

/** Every frame of the video, one after the other. */
async function allFrames(): Promise<NativeTensor> {
  const all = target(1, 20);
  const reader = await addon.openVideo(video);
  expect(await reader.read(all, 20, 1)).toBe(20);
  reader.close();
  return all;
}

/** Native code makes the errors of Node's own realm, jest's TypeError is another class. */
const typeError = { name: 'TypeError' };

function errorOf(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

function manyRequests(count: number): ClipRequest[] {
  return Array.from({ length: count }, (_, slot) => ({ path: video, start: 19, step: 1, frames: 1, slot }));
}

test('names the version of OpenCV', () => {
  expect(addon.openCvVersion()).toMatch(/^4\.\d+\.\d+/);
});

test('resizes with padding as TensorFlow does, bit for bit', () => {
  interface Golden {
    cases: { width: number; height: number; size: number; bits: string }[];
  }
  const golden = JSON.parse(readFileSync(join(packageRoot, 'test/fixtures/resize_with_pad.json'), 'utf8')) as Golden;
  expect(golden.cases.length).toBeGreaterThan(10);
  for (const item of golden.cases) {
    const bytes = new Uint8Array(item.width * item.height * 3);
    for (let y = 0, at = 0; y < item.height; y++) {
      for (let x = 0; x < item.width; x++) {
        for (let c = 0; c < 3; c++) {
          bytes[at++] = (37 * x + 71 * y + 113 * c + 5 * ((x * y) % 251) + 3 * ((x * x) % 17) * (y % 13)) % 256;
        }
      }
    }
    const resized = addon.resizeWithPad(bytes, item.width, item.height, item.size);
    let hash = 0x811c9dc5;
    for (const byte of new Uint8Array(resized.buffer)) hash = Math.imul(hash ^ byte, 0x01000193);
    expect((hash >>> 0).toString(16).padStart(8, '0')).toBe(item.bits);
  }
});

test('probes good and bad files', async () => {
  const text = join(folder, 'text.avi');
  writeFileSync(text, 'no video');
  const results = await addon.probeVideos([video, text, join(folder, 'none.avi')], 2);
  expect(results).toEqual([
    { ok: true, info: { width, height, frameCount: 20, fps: 10 } },
    { ok: false, error: `Cannot read the video ${text}: it is not a video that OpenCV and FFmpeg know` },
    { ok: false, error: `Cannot read the video ${join(folder, 'none.avi')}: No such file or directory` },
  ]);
});

test('a reader goes on where it stopped, also when its calls are not awaited', async () => {
  const all = await allFrames();
  const reader = await addon.openVideo(video);
  expect(reader.info).toEqual({ width, height, frameCount: 20, fps: 10 });
  const clips = [target(1, 3), target(1, 3), target(1, 3)];
  const counts = await Promise.all(clips.map((clip) => reader.read(clip, 3, 3)));
  expect(counts).toEqual([3, 3, 1]);
  for (const [i, expected] of [0, 3, 6, 9, 12, 15, 18].entries()) {
    expect(frame(clips[Math.floor(i / 3)]!, i % 3)).toEqual(frame(all, expected));
  }
  expect(await reader.read(clips[0]!, 1, 1)).toBe(0);
  reader.close();
});

test('a closed reader rejects what is under way and refuses more', async () => {
  const reader = await addon.openVideo(video);
  const clip = target(1, 20);
  const pending = reader.read(clip, 20, 1);
  const queued = reader.read(clip, 20, 1);
  reader.close();
  reader.close();
  // Whether the first one was through already is a race that both may win.
  const [, second] = await Promise.allSettled([pending, queued]);
  expect(second).toMatchObject({ status: 'rejected', reason: { message: 'The video reader was closed' } });
  expect(() => reader.read(clip, 1, 1)).toThrow('closed');
});

test('decodes clips into their slots', async () => {
  const all = await allFrames();
  const decoder = addon.createClipDecoder(2);
  const batch = target(4, 2);
  values(batch).fill(-1);
  const results = await decoder.decode(
    [
      { path: video, start: 2, step: 5, frames: 2, slot: 3 },
      { path: video, start: 19, step: 1, frames: 2, slot: 0 },
      { path: join(folder, 'none.avi'), start: 0, step: 1, frames: 2, slot: 1 },
    ],
    batch,
  );
  expect(results).toEqual([
    { ok: true, decodedFrames: 2 },
    { ok: true, decodedFrames: 1 },
    { ok: false, error: expect.stringContaining('none.avi: No such file') },
  ]);
  const zeros = new Array<number>(frameValues).fill(0);
  expect(frame(batch, 6)).toEqual(frame(all, 2));
  expect(frame(batch, 7)).toEqual(frame(all, 7));
  expect(frame(batch, 0)).toEqual(frame(all, 19));
  expect(frame(batch, 1)).toEqual(zeros);
  expect(frame(batch, 2)).toEqual(zeros);
  expect(frame(batch, 4)).toEqual(zeros.map(() => -1));
  decoder.close();
});

test('abort rejects the calls under way with an AbortError and no others', async () => {
  const decoder = addon.createClipDecoder(1);
  const batch = target(300, 1);
  const pending = decoder.decode(manyRequests(300), batch);
  decoder.abort();
  await expect(pending).rejects.toMatchObject({ name: 'AbortError', code: 'ABORT_ERR' });
  await expect(decoder.decode(manyRequests(1), batch)).resolves.toEqual([{ ok: true, decodedFrames: 1 }]);
  const closing = decoder.decode(manyRequests(300), batch);
  decoder.close();
  await expect(closing).rejects.toMatchObject({ name: 'AbortError' });
  expect(() => decoder.decode(manyRequests(1), batch)).toThrow('closed');
});

test('a tensor disposed during decoding stays until the decoding is over', async () => {
  const decoder = addon.createClipDecoder(1);
  const batch = target(30, 1);
  const before = addon.liveCounts().tensors;
  const pending = decoder.decode(manyRequests(30), batch);
  batch.dispose();
  expect(addon.liveCounts().tensors).toBe(before);
  expect(await pending).toHaveLength(30);
  expect(addon.liveCounts().tensors).toBe(before - 1);
  expect(errorOf(() => decoder.decode(manyRequests(1), batch))).toMatchObject(typeError);
  decoder.close();
});

test('the event loop goes on during decoding', async () => {
  const decoder = addon.createClipDecoder(1);
  const state = { done: false };
  const pending = decoder.decode(manyRequests(100), target(100, 1)).finally(() => (state.done = true));
  let turns = 0;
  while (!state.done) {
    await new Promise(setImmediate);
    turns++;
  }
  await pending;
  expect(turns).toBeGreaterThan(10);
  decoder.close();
});

test('refuses arguments that make no sense', () => {
  const decoder = addon.createClipDecoder(1);
  const good = manyRequests(1)[0]!;
  const bad: [object, string][] = [
    [{ start: -1 }, 'start'],
    [{ start: 0.5 }, 'start'],
    [{ step: 0 }, 'step'],
    [{ frames: NaN }, 'frames'],
    [{ frames: 2 }, 'frames'],
    [{ slot: 2 }, 'slot'],
    [{ path: '' }, 'path'],
    [{ path: 'a\0b' }, 'path'],
    [{ path: undefined }, 'path'],
  ];
  for (const [change, name] of bad) {
    const error = errorOf(() => decoder.decode([{ ...good, ...change }], target(2, 1)));
    expect(error).toMatchObject({ name: 'TypeError', message: expect.stringContaining(name) });
  }
  expect(() => decoder.decode([good, good], target(2, 1))).toThrow('slot 0');
  expect(() => decoder.decode([good], {} as NativeTensor)).toThrow('Expected a Tensor');
  for (const shape of [
    [1, 1, size, size],
    [1, 1, size, size + 1, 3],
    [1, 1, size, size, 4],
    [0, 1, size, size, 3],
  ]) {
    expect(() => decoder.decode([good], addon.createTensor('float32', shape))).toThrow('float32 tensor');
  }
  expect(() => decoder.decode([good], addon.createTensor('int32', [1, 1, size, size, 3]))).toThrow('float32 tensor');
  expect(errorOf(() => addon.createClipDecoder(0))).toMatchObject(typeError);
  expect(errorOf(() => addon.probeVideos([video], 0))).toMatchObject(typeError);
  expect(errorOf(() => addon.resizeWithPad(new Uint8Array(10), 2, 2, 8))).toMatchObject(typeError);
  expect(() => addon.resizeWithPad(new Uint8Array(3 * 200 * 3), 3, 200, 24)).toThrow('too narrow');
  decoder.close();
});

test('videos that cannot be read or written are VideoErrors', async () => {
  const none = join(folder, 'none.avi');
  await expect(addon.openVideo(none)).rejects.toBeInstanceOf(VideoError);
  await expect(addon.openVideo(none)).rejects.toMatchObject({ path: none, message: expect.stringContaining(none) });
  const nowhere = join(folder, 'nowhere', 'a.avi');
  const options = { width, height, fps: 10, fourcc: 'MJPG' };
  expect(() => addon.createVideoWriter(nowhere, options)).toThrow(VideoError);
  expect(errorOf(() => addon.createVideoWriter(join(folder, 'a.avi'), { ...options, width: 0 }))).toMatchObject(
    typeError,
  );
  const empty = addon.createVideoWriter(join(folder, 'a.avi'), options);
  await expect(empty.write(new Uint8Array(5))).rejects.toMatchObject(typeError);
  await expect(empty.close()).rejects.toBeInstanceOf(VideoError);
  await expect(empty.write(frameBytes(0))).rejects.toBeInstanceOf(VideoError);
  expect(readdirSync(folder).filter((name) => name.includes('partial') || name === 'a.avi')).toEqual([]);
});

test('a writer keeps the order of writes that are not awaited, and a copy of their bytes', async () => {
  const path = join(folder, 'order.avi');
  const writer = addon.createVideoWriter(path, { width, height, fps: 10, fourcc: 'MJPG' });
  const bytes = frameBytes(0);
  const writes: Promise<void>[] = [];
  for (let i = 0; i < 20; i++) {
    bytes.set(frameBytes(i));
    writes.push(writer.write(bytes));
  }
  bytes.fill(0);
  await Promise.all([...writes, writer.close()]);
  expect(readFileSync(path).equals(readFileSync(video))).toBe(true);
});

const loadScript =
  "const addon = require(require.resolve('node-gyp-build', { paths: [process.env.ROOT] }))(process.env.ROOT);";

/** JavaScript that starts more decoding than will be done when the thread or process ends. */
const busyScript = `
  ${loadScript}
  const path = process.env.VIDEO;
  const request = (slot) => ({ path, start: 19, step: 1, frames: 1, slot });
  const requests = Array.from({ length: 2000 }, (_, slot) => request(slot));
  const decoder = addon.createClipDecoder(2);
  decoder.decode(requests, addon.createTensor('float32', [2000, 1, 8, 8, 3]));
  decoder.decode(requests, addon.createTensor('float32', [2000, 1, 8, 8, 3]));
  addon.probeVideos(new Array(2000).fill(path), 2);
  addon.openVideo(path).then((reader) => reader.read(addon.createTensor('float32', [1, 9, 8, 8, 3]), 9, 2));
`;

test('a worker thread may end while its videos are being decoded', async () => {
  const env = { ...process.env, ROOT: packageRoot, VIDEO: video };
  for (let round = 0; round < 3; round++) {
    const worker = new Worker(`${busyScript} require('node:worker_threads').parentPort.postMessage('busy');`, {
      eval: true,
      env,
    });
    await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    await worker.terminate();
  }
  expect((await addon.probeVideos([video], 1))[0]?.ok).toBe(true);
});

test('a process may exit while its videos are being decoded', () => {
  const env = { ...process.env, ROOT: packageRoot, VIDEO: video };
  const result = spawnSync(process.execPath, ['-e', `${busyScript} setTimeout(() => process.exit(7), 20);`], {
    env,
    encoding: 'utf8',
  });
  expect({ status: result.status, signal: result.signal }).toEqual({ status: 7, signal: null });
});

test('a codec takes no threads of its own', () => {
  const script = `
    ${loadScript}
    const threads = () => require('node:fs').readdirSync('/proc/self/task').length;
    (async () => {
      const before = threads();
      const reader = await addon.openVideo(process.env.VIDEO);
      console.log(threads() - before);
    })();`;
  const env = { ...process.env, ROOT: packageRoot, VIDEO: video };
  const result = spawnSync(process.execPath, ['-e', script], { env, encoding: 'utf8' });
  expect(result.stdout).toBe('1\n'); // the reader's own
});
