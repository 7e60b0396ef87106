import { readFileSync } from 'node:fs';
import { ReconnectingVideo, type ReconnectingVideoOptions } from '../../../lib/data/video/reconnecting-video';
import { VideoFrames } from '../../../lib/data/video/video-frames';
import { loadAddon } from '../../../lib/native/addon';
import { RtspServer, type Play } from '../../support/rtsp-server';
import { suiteFolder } from '../../support/suite-folder';
import { writeFilm } from '../support/sample-sources';

const addon = loadAddon();
const { path: folder } = suiteFolder();
let film: Buffer;
let server: RtspServer | undefined;

beforeAll(async () => {
  film = readFileSync(await writeFilm(addon, folder, 'film.ts', 'PIM1', 50));
});
afterEach(() => server?.close());

const serve = async (...plays: readonly Play[]): Promise<RtspServer> =>
  (server = await new RtspServer(film, plays).listen());
const options = { size: 16, addon, openTimeout: 5, readTimeout: 1 };

describe('an RTSP source', () => {
  it('is live and has times', async () => {
    await serve({ packets: 30, then: 'silence' });
    using video = await VideoFrames.open(server!.url(), options);
    expect(video.live).toBe(true);
    for await (const { seconds, connection } of video) {
      expect(seconds).toBeGreaterThanOrEqual(0);
      expect(connection).toBe(0);
      break;
    }
  });

  it.each(['drop', 'silence', 'teardown'] as const)(
    'is opened anew after a %s, and numbers its frames on',
    async (then) => {
      await serve({ packets: 30, then }, { packets: 30, then });
      const events: string[] = [];
      const telling = {
        onLost: ({ error, attempt }) => events.push(`${attempt}: ${error.message}`),
        onBack: (seconds) => events.push(seconds > 0 ? 'back' : 'never away'),
      } satisfies Partial<ReconnectingVideoOptions>;
      using video = await ReconnectingVideo.open(server!.url('/live', 'user:secret@'), {
        ...{ ...options, ...telling, backOff: [0.05] },
      });
      const last = [-1, -1, -1];
      for await (const { lastFrame, connection } of video) {
        expect(lastFrame).toBeGreaterThan(Math.max(...last));
        last[connection] = lastFrame;
        if (connection === 2) break;
      }
      expect(video.reconnects).toBe(2);
      expect(events.map((event) => event.slice(0, 2))).toEqual(['1:', 'ba', '1:', 'ba']);
      expect(events[0]).toContain(server!.url());
      expect(events.join()).not.toContain('secret');
    },
  );

  it('is given up where it stays away', async () => {
    await serve({ packets: 30, then: 'drop' });
    const address = server!.url();
    using video = await ReconnectingVideo.open(address, { ...options, backOff: [0.02], reconnect: 2 });
    const chunks = video[Symbol.asyncIterator]();
    await chunks.next();
    await server!.close();
    const rest = (async () => {
      while ((await chunks.next()).done !== true);
    })();
    await expect(rest).rejects.toThrow(/refused.*; it did not come back in 2 tries$/);
  });

  it.each([
    [401, /401/],
    [404, /404/],
  ])('that answers %d says so', async (status, message) => {
    await serve();
    server!.refuse = status;
    await expect(VideoFrames.open(server!.url(), options)).rejects.toThrow(message);
  });
});
