import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { loadAddon } from '../../lib/native/addon';
import { suiteFolder } from '../support/suite-folder';
import { writeVideo } from './support/video';

const addon = loadAddon();
const packageRoot = join(__dirname, '..', '..');
const { path: folder } = suiteFolder();
const video = join(folder, 'video.avi');
beforeAll(() => writeVideo(video, 20));

const loadScript =
  "const addon = require(require.resolve('node-gyp-build', { paths: [process.env.ROOT] }))(process.env.ROOT);";

/** JavaScript that starts more decoding than will be done when the thread or process ends. */
const busyScript = `
  ${loadScript}
  const path = process.env.VIDEO;
  const request = (slot) => ({ path, frames: [19], slot });
  const requests = Array.from({ length: 2000 }, (_, slot) => request(slot));
  const decoder = addon.createClipDecoder(2);
  decoder.decode(requests, addon.createTensor('float32', [2000, 1, 8, 8, 3]));
  decoder.decode(requests, addon.createTensor('float32', [2000, 1, 8, 8, 3]));
  addon.indexVideos(new Array(2000).fill(path), 2);
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
  expect((await addon.indexVideos([video], 1))[0]?.ok).toBe(true);
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
