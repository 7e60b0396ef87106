import { UsageError, VideoError } from '../../../lib/base/errors';
import { ReconnectingVideo, type ReconnectingVideoOptions } from '../../../lib/data/video/reconnecting-video';
import { FakeSource, type FakeSourceOptions } from '../support/fake-source';

const lost = new VideoError('Cannot read rtsp://camera/: lost', 'rtsp://camera/');

/** What one opening comes to: a source that gives some frames and goes away, or a failure. */
type Opening = (FakeSourceOptions & { readonly frames: number }) | Error;

/** Opens one source after another; the last one again and again. */
function sources(openings: readonly Opening[]) {
  const opened: FakeSource[] = [];
  let count = 0;
  const { addon } = new FakeSource();
  const openVideo = () => {
    const opening = openings[Math.min(count, openings.length - 1)] as Opening;
    count += 1;
    if (opening instanceof Error) return Promise.reject(opening);
    const source = new FakeSource(opening);
    source.give(opening.frames);
    source.goAway();
    source.damagedPackets = opening.frames;
    opened.push(source);
    return Promise.resolve(source.reader());
  };
  return { addon: { ...addon, openVideo }, opened, count: () => count };
}

async function take(openings: readonly Opening[], options: Partial<ReconnectingVideoOptions> = {}) {
  const { addon, opened, count } = sources(openings);
  const events: string[] = [];
  const frames: [lastFrame: number, connection: number][] = [];
  const whole = {
    ...{ size: 4, addon, backOff: [0.001, 0.002, 0.003] },
    onLost: ({ error, attempt, seconds }) => events.push(`${attempt} in ${seconds}: ${error.message}`),
    onBack: (seconds) => events.push(seconds >= 0 ? 'back' : 'negative'),
    ...options,
  } satisfies ReconnectingVideoOptions;
  using video = await ReconnectingVideo.open('rtsp://camera/', whole);
  let failure: unknown;
  try {
    for await (const { lastFrame, connection } of video) frames.push([lastFrame, connection]);
  } catch (error) {
    failure = error;
  }
  return { frames, events, failure, opened, count: count(), damaged: video.damagedPackets };
}

const camera = { frames: 1, failure: lost };

describe('ReconnectingVideo', () => {
  it('opens a live source anew, numbers its frames on, and gives it up after so many tries in a row', async () => {
    const { frames, events, failure, opened, damaged } = await take([camera, lost, lost, lost, camera, lost], {
      reconnect: 4,
    });
    expect(frames).toEqual([
      [0, 0],
      [1, 1],
    ]);
    const tries = [0.001, 0.002, 0.003, 0.003].map((seconds, i) => `${i + 1} in ${seconds}: ${lost.message}`);
    expect(events).toEqual([...tries, 'back', ...tries]);
    expect(failure).toEqual(new VideoError(`${lost.message}; it did not come back in 4 tries`, lost.path));
    expect(damaged).toBe(2);
    expect(opened.every(({ closed }) => closed)).toBe(true);
  });

  it('counts an opening that gives no frame as a try in vain', async () => {
    const { events, failure } = await take([camera, { ...camera, frames: 0 }], { reconnect: 3 });
    expect(events.map((event) => event.slice(0, 1))).toEqual(['1', '2', '3']);
    expect(failure).toBeInstanceOf(VideoError);
  });

  it('tries without end where no number is given', async () => {
    const { frames } = await take([camera, ...Array.from({ length: 40 }, () => lost), { frames: 1, live: false }]);
    expect(frames).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });

  it.each([
    ['that cannot be opened at all', [lost], {}, 1, undefined],
    ['of which no other try is wanted', [camera], { reconnect: 0 }, 1, lost],
    ['that is a file', [{ ...camera, live: false }], {}, 1, lost],
  ])('does not open again a source %s', async (_, openings, options, count, failure) => {
    if (failure === undefined) {
      await expect(take(openings, options)).rejects.toThrow(lost);
      return;
    }
    const taken = await take(openings, options);
    expect(taken.count).toBe(count);
    expect(taken.failure).toEqual(failure);
  });

  it('ends while it waits, by its signal and by dispose()', async () => {
    for (const end of ['signal', 'dispose'] as const) {
      const controller = new AbortController();
      const { addon, count } = sources([camera]);
      let waiting = (): void => undefined;
      const waits = new Promise<void>((resolve) => (waiting = resolve));
      const options = { size: 4, addon, backOff: [1000], signal: controller.signal, onLost: () => waiting() };
      const video = await ReconnectingVideo.open('rtsp://camera/', options);
      const chunks = video[Symbol.asyncIterator]();
      await chunks.next();
      const next = chunks.next();
      await waits;
      if (end === 'signal') controller.abort();
      else video.dispose();
      expect(await next).toEqual({ done: true, value: undefined });
      expect(count()).toBe(1);
    }
  });

  it.each([{ reconnect: -1 }, { reconnect: Number.NaN }, { backOff: [] }, { backOff: [1, -1] }])(
    'refuses %p',
    async (options) => {
      await expect(take([camera], options)).rejects.toThrow(UsageError);
    },
  );
});
