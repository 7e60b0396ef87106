import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { VideoFrames, type VideoFramesOptions } from '../../../lib/data/video/video-frames';
import { loadAddon } from '../../../lib/native/addon';
import { FileServer, sendChunked, sendFile, sendPictures } from '../../support/file-server';
import { suiteFolder } from '../../support/suite-folder';
import { picturesOf, writeFilm } from '../support/sample-sources';

const addon = loadAddon();
const { path: folder } = suiteFolder();
const server = new FileServer();
const FRAMES = 60;
let film: Buffer;
let pictures: Buffer[];

beforeAll(async () => {
  film = readFileSync(await writeFilm(addon, folder, 'film.ts', 'PIM1', FRAMES));
  pictures = picturesOf(await writeFilm(addon, folder, 'pictures.avi', 'MJPG', 12));
  await server.listen();
});
const onTestEnd: (() => void)[] = [];
afterEach(() => onTestEnd.splice(0).forEach((end) => end()));
afterAll(() => server.close());

/** All frames of an address, and what it ended by. */
async function take(address: string, options: Partial<VideoFramesOptions> = {}) {
  let frames = 0;
  let failure: unknown;
  let live: boolean | undefined;
  let damaged = 0;
  try {
    using video = await VideoFrames.open(address, { size: 16, addon, openTimeout: 5, readTimeout: 1, ...options });
    live = video.live;
    try {
      for await (const chunk of video) frames = chunk.lastFrame + 1;
    } finally {
      damaged = video.damagedPackets;
    }
  } catch (error) {
    failure = error;
  }
  return { frames, live, damaged, failure };
}

describe('an address that cannot be read says why', () => {
  test.each([
    ['nothing of that name', () => server.url('/none.mp4'), /404/],
    ['no leave', () => server.status('/401', 401), /401/],
    ['forbidden', () => server.status('/403', 403), /403/],
    ['a server that fails', () => server.status('/500', 500), /5xx|500/],
    [
      'a page of text',
      () => server.on('/page', (_, response) => response.end('<html>Hello</html>'.repeat(100))),
      /no video/,
    ],
    ['nobody there', () => 'http://127.0.0.1:9/x.mp4', /refused/],
    ['no such protocol', () => 'foo://bar/x', /protocol/],
    ['no such host', () => 'http://no-such-host.invalid/x.mp4', /host|resolve/],
  ])('%s', async (_, address, message) => {
    const { failure } = await take(address());
    expect(failure).toMatchObject({ name: 'VideoError', path: address() });
    expect((failure as Error).message).toMatch(message);
    expect((failure as Error).message).toContain(address());
  });

  it('a server that does not answer, within its time', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket));
    onTestEnd.push(() => {
      sockets.forEach((socket) => socket.destroy());
      silent.close();
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    for (const scheme of ['http', 'rtsp']) {
      const begin = performance.now();
      const { failure } = await take(`${scheme}://127.0.0.1:${port}/x`, { openTimeout: 0.5 });
      expect((failure as Error).message).toMatch(/nothing came within 0\.5 s/);
      expect(performance.now() - begin).toBeLessThan(10_000);
    }
  });

  it('with a password, which no message has', async () => {
    const address = server.status('/secret', 401).replace('://', '://user:p%23a@') + '?password=hidden';
    const shown = server.url('/secret?password=***');
    server.status('/secret?password=hidden', 401);
    const { failure } = await take(address);
    expect(failure).toMatchObject({ path: shown });
    expect((failure as Error).message).toMatch(/401/);
    expect((failure as Error).message).toContain(shown);
    expect(`${JSON.stringify(failure)} ${(failure as Error).stack}`).not.toMatch(/p%23a|p#a|hidden/);
  });
});

describe('a film behind an address', () => {
  it('of unknown length is a file: nothing is dropped, and it ends in order', async () => {
    const address = server.on('/chunked.ts', (_, response) => sendChunked(response, film));
    using video = await VideoFrames.open(address, { size: 16, addon });
    expect(video.live).toBe(false);
    let frames = 0;
    for await (const { lastFrame } of video) {
      await sleep(1);
      frames = lastFrame + 1;
    }
    expect([frames, video.droppedFrames]).toEqual([FRAMES, 0]);
  });

  it('whose server falls silent, fails in time after the frames that came', async () => {
    const half = film.subarray(0, Math.floor(film.length / 2));
    const address = server.on('/stall.ts', (_, response) => sendChunked(response, half, () => undefined));
    const { frames, failure } = await take(address);
    expect(frames).toBeGreaterThan(0);
    expect(frames).toBeLessThan(FRAMES);
    expect((failure as Error).message).toMatch(/nothing came within/);
  });

  it('whose server dies, fails after the frames that came', async () => {
    const address = server.on('/dies.ts', (request, response) =>
      sendFile(request, response, film, undefined, Math.floor(film.length / 2)),
    );
    const { frames, failure } = await take(address);
    expect(frames).toBeGreaterThan(0);
    expect(frames).toBeLessThan(FRAMES);
    expect(failure).toMatchObject({ name: 'VideoError' });
  });
});

describe('a picture stream', () => {
  it('is live, and reads on after a damaged picture', async () => {
    const bad = Buffer.concat([(pictures[5] as Buffer).subarray(0, 200), Buffer.alloc(300, 0x55)]);
    const worn = pictures.map((picture, i) => (i === 5 ? bad : picture));
    const address = server.on('/worn', (_, response) =>
      sendPictures(response, worn, { milliseconds: 20, then: 'drop' }),
    );
    const { frames, live, damaged, failure } = await take(address);
    expect(live).toBe(true);
    expect(frames + damaged).toBeGreaterThanOrEqual(pictures.length - 1);
    expect(frames).toBeGreaterThan(6);
    expect(failure).toMatchObject({ name: 'VideoError' });
  });

  it('that falls silent, fails in time; an abort ends it at once', async () => {
    const address = server.on('/silent', (_, response) =>
      sendPictures(response, pictures, { milliseconds: 10, then: 'silence' }),
    );
    const { frames, failure } = await take(address);
    expect(frames).toBeGreaterThan(6);
    expect((failure as Error).message).toMatch(/nothing came within/);
    const controller = new AbortController();
    const video = await VideoFrames.open(address, { size: 16, addon, readTimeout: 60, signal: controller.signal });
    const begin = performance.now();
    setTimeout(() => controller.abort(), 500);
    for await (const chunk of video) expect(chunk.frames.shape[1]).toBe(1);
    expect(performance.now() - begin).toBeLessThan(10_000);
  });
});
