import fc from 'fast-check';
import type { ShortVideos } from '../../../lib/base/clip';
import { CENTER, clipFrames, cutClip, type FrameSampling } from '../../../lib/data/video/sampling';
import { steadyFrames, type Timeline, timelineOf } from '../../../lib/data/video/timeline';
import { UsageError } from '../../../lib/base/errors';

const SHORT = ['zero', 'hold', 'loop'] as const;
const short = fc.constantFrom<ShortVideos>(...SHORT);
const fixed = fc.tuple(fc.nat(5), fc.integer({ min: 1, max: 6 })).map(([k, n]) => ((k % n) + 0.5) / n - 2 ** -40);
const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const rates = fc.constantFrom(30, 25, 24, 60, 15, 30_000 / 1001, 24_000 / 1001, 12.5, 120);

/** A video at one rate whose container rounds times to ticks of `tick` seconds and begins at `begin`. */
function roundedVideo(frameCount: number, rate: number, tick: number, begin: number): Timeline {
  const times = Float64Array.from({ length: frameCount }, (_, i) => Math.round((begin + i / rate) / tick) * tick);
  const usual = Math.round(1 / rate / tick) * tick;
  const duration = (times.at(-1) as number) - (times[0] as number) + usual;
  return timelineOf({ frameCount, frameRate: rate, variable: false, duration }, () => times)!;
}

/** A video of any distances between its frames. */
const irregular = fc
  .record({
    begin: fc.double({ min: -5, max: 20, noNaN: true }),
    distances: fc.array(fc.double({ min: 0.005, max: 2, noNaN: true }), { minLength: 1, maxLength: 60 }),
  })
  .map(({ begin, distances }) => {
    const times = new Float64Array(distances.length);
    let time = begin;
    distances.forEach((distance, i) => {
      times[i] = time;
      time += distance;
    });
    const video = { frameCount: times.length, frameRate: 25, variable: true, duration: time - begin };
    return { times, ...video, timeline: timelineOf(video, () => times)! };
  });

describe('a clip by seconds', () => {
  it('of a video at one rate has the frames that the frame step has', () => {
    fc.assert(
      fc.property(
        ...([rates, fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 20 })] as const),
        ...([fc.integer({ min: 1, max: 400 }), fc.oneof(fixed, share), short] as const),
        (rate, step, frames, frameCount, position, filling) => {
          const byFrames: FrameSampling = { frames, every: { frames: step }, short: filling };
          const bySeconds: FrameSampling = { frames, every: { seconds: 1 / (rate / step) }, short: filling };
          const timeline = steadyFrames(frameCount, rate);
          expect(cutClip({ frameCount, timeline }, bySeconds, position)).toEqual(
            cutClip({ frameCount }, byFrames, position),
          );
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('has them too where the rate is rounded, and from each frame on', () => {
    const digits = fc.constantFrom(4, 6, 17);
    fc.assert(
      fc.property(
        ...([rates, fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 16 })] as const),
        ...([fc.integer({ min: 1, max: 3000 }), fc.nat(100), digits, short] as const),
        (rate, step, frames, frameCount, frame, precision, filling) => {
          const seconds = 1 / Number((rate / step).toPrecision(precision));
          // Four digits are a millisecond after a few seconds.
          fc.pre(Math.abs(seconds - step / rate) * (frames - 1) < 0.9e-3);
          const timeline = steadyFrames(frameCount, rate);
          expect(cutClip({ frameCount, timeline }, { frames, every: { seconds }, short: filling }, { frame })).toEqual(
            cutClip({ frameCount }, { frames, every: { frames: step }, short: filling }, { frame }),
          );
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each([10, 15, 24, 25, 30, 50, 60])(
    'of %d a second has of each time the frame that is shown then, and where one begins that one',
    (rate) => {
      for (let wanted = 1; wanted <= 2 * rate; wanted++) {
        const clip: FrameSampling = { frames: 64, every: { seconds: 1 / wanted }, short: 'zero' };
        const { frames } = cutClip({ frameCount: 10_000, timeline: steadyFrames(10_000, rate) }, clip, 0);
        const shown = frames.map((_, k) => {
          const [before, rest] = [Math.floor((k * rate) / wanted), (k * rate) % wanted];
          // Less than a millisecond before a frame it is that one.
          return (wanted - rest) / wanted / rate < 1e-3 ? before + 1 : before;
        });
        expect([wanted, frames]).toEqual([wanted, shown]);
      }
    },
  );

  it('of a rounded rate starts at whole frames like the exact one', () => {
    const timeline = steadyFrames(500, 25);
    const clip: FrameSampling = { frames: 8, every: { seconds: 1 / 1.6667 }, short: 'zero' };
    expect(clipFrames({ frameCount: 500, timeline }, clip, { frame: 0 })).toEqual([0, 15, 30, 45, 60, 75, 90, 105]);
  });

  it('has them too where the container rounds times to milliseconds, and begins anywhere', () => {
    fc.assert(
      fc.property(
        ...([fc.constantFrom(30, 25, 60, 30_000 / 1001), fc.integer({ min: 1, max: 15 })] as const),
        ...([fc.integer({ min: 2, max: 300 }), fixed, fc.double({ min: 0, max: 10, noNaN: true }), short] as const),
        (rate, step, frameCount, position, begin, filling) => {
          const frames = 6;
          const timeline = roundedVideo(frameCount, rate, 1e-3, begin);
          const bySeconds: FrameSampling = { frames, every: { seconds: step / rate }, short: filling };
          expect(clipFrames({ frameCount, timeline }, bySeconds, position)).toEqual(
            clipFrames({ frameCount }, { frames, every: { frames: step }, short: filling }, position),
          );
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('has of each time the frame that is shown then, whatever the distances, and all of them where the video is long enough', () => {
    fc.assert(
      fc.property(irregular, share, fc.double({ min: 0.01, max: 1, noNaN: true }), (video, position, seconds) => {
        const frames = 5;
        const { times, duration, timeline, frameCount } = video;
        const room = duration - (frames - 1) * seconds;
        const cut = cutClip({ frameCount, timeline }, { frames, every: { seconds }, short: 'zero' }, position);
        const start = room > 1e-3 ? position * room : 0;
        cut.frames.forEach((frame, i) => {
          const at = times[0]! + start + i * seconds;
          if (frame < 0) expect(at).toBeGreaterThanOrEqual(times[0]! + duration - 1.001e-3);
          else {
            expect(times[frame]).toBeLessThanOrEqual(at + 1.001e-3);
            if (frame + 1 < frameCount) expect(times[frame + 1]).toBeGreaterThan(at);
          }
        });
        if (room > 1e-3) expect(cut.there).toBe(frames);
      }),
    );
  });

  it('never leaves its span, nor goes back but to begin anew', () => {
    const spans = fc.tuple(fc.double({ min: 0, max: 30, noNaN: true }), fc.double({ min: 0.01, max: 10, noNaN: true }));
    const spacing = fc.oneof(
      fc.integer({ min: 1, max: 9 }).map((frames) => ({ frames })),
      fc.double({ min: 0.01, max: 1, noNaN: true }).map((seconds) => ({ seconds })),
    );
    const speeds = fc.double({ min: 0.1, max: 10, noNaN: true });
    fc.assert(
      fc.property(
        irregular,
        spans,
        spacing,
        speeds,
        share,
        short,
        (video, [from, length], every, speed, position, s) => {
          const { times, frameCount, duration, timeline } = video;
          const span = [from, from + length] as const;
          const clip = { frames: 6, every, short: s };
          const { frames, there } = cutClip({ frameCount, timeline }, clip, position, { span, speed });
          const shown = frames.filter((frame) => frame >= 0);
          if (from > duration) expect(shown).toEqual([]);
          if (shown.length === 0) {
            expect(from).toBeGreaterThan(duration - 2e-3);
            return;
          }
          expect(shown).toHaveLength(s === 'zero' ? there : 6);
          for (const frame of shown) {
            const begins = times[frame]! - times[0]!;
            const ends = frame + 1 < frameCount ? times[frame + 1]! - times[0]! : duration;
            // A span between two frames has the one that is shown then.
            expect(ends).toBeGreaterThan(from - 2e-3);
            expect(begins).toBeLessThan(span[1] + 2e-3);
          }
          const own = frames.slice(0, there);
          expect([...own].sort((a, b) => a - b)).toEqual(own);
          const plain = cutClip({ frameCount, timeline }, clip, position, { span });
          if (plain.there === 6) expect(there).toBe(6);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('starts at the time of the frame that was asked for', () => {
    const times = Float64Array.of(10, 10.5, 11, 14, 15);
    const video = { frameCount: 5, frameRate: 0, variable: true, duration: 6 };
    const timeline = timelineOf(video, () => times)!;
    const from = (frame: number, filling: ShortVideos) =>
      clipFrames({ frameCount: 5, timeline }, { frames: 4, every: { seconds: 1 }, short: filling }, { frame });
    expect(from(0, 'zero')).toEqual([0, 2, 2, 2]);
    expect(from(2, 'zero')).toEqual([2, 2, 2, 3]);
    expect(from(3, 'zero')).toEqual([3, 4, -1, -1]);
    expect(from(3, 'hold')).toEqual([3, 4, 4, 4]);
    expect(from(3, 'loop')).toEqual([3, 4, 0, 2]);
    expect(from(5, 'hold')).toEqual([-1, -1, -1, -1]);
  });

  it('of 30 a second of a video of 25 has some frames twice', () => {
    const clip: FrameSampling = { frames: 7, every: { seconds: 1 / 30 }, short: 'zero' };
    expect(clipFrames({ frameCount: 100, timeline: steadyFrames(100, 25) }, clip, 0)).toEqual([0, 0, 1, 2, 3, 4, 5]);
  });

  it('needs times', () => {
    const clip: FrameSampling = { frames: 2, every: { seconds: 1 }, short: 'zero' };
    expect(() => clipFrames({ frameCount: 100 }, clip, CENTER)).toThrow(UsageError);
  });
});

describe('timelineOf', () => {
  const times = (count: number, rate: number) => Float64Array.from({ length: count }, (_, i) => i / rate);

  it('asks for times only where rate and duration do not agree', () => {
    const ask = jest.fn(() => times(100, 25));
    const video = { frameCount: 100, frameRate: 25, variable: false, duration: 4 };
    expect(timelineOf(video, ask)?.frameAt(30)).toBe(30);
    expect(ask).not.toHaveBeenCalled();
    // What the container means is not what it has.
    expect(timelineOf({ ...video, frameRate: 50 }, ask)?.frameAt(1)).toBe(25);
    expect(timelineOf({ ...video, variable: true }, ask)?.frameAt(1)).toBe(25);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('goes by the frame rate where there are no times, or none that ascend; by nothing where there is none', () => {
    const none = { frameCount: 100, frameRate: 20, variable: false, duration: 0 };
    expect(timelineOf(none, () => new Float64Array(100))).toMatchObject({ length: 100 });
    const turning = Float64Array.of(0, 2, 1);
    expect(timelineOf({ frameCount: 3, frameRate: 10, variable: true, duration: 2 }, () => turning)?.unitsOf(1)).toBe(
      10,
    );
    expect(timelineOf({ ...none, frameRate: 0 }, () => new Float64Array(100))).toBeUndefined();
  });

  it('takes no frame for another where they are closer than its tolerance', () => {
    const video = { frameCount: 1000, frameRate: 1000, variable: true, duration: 1 };
    const timeline = timelineOf(video, () => times(1000, 1000))!;
    for (const frame of [1, 2, 500, 999]) {
      const at = frame / 1000;
      expect([0, 0.2e-3, 0.5e-3, 0.7e-3].map((later) => timeline.frameAt(at + later))).toEqual(
        new Array(4).fill(frame),
      );
      expect(timeline.frameAt(at - 0.2e-3)).toBe(frame);
      expect(timeline.frameAt(at - 0.4e-3)).toBe(frame - 1);
      expect(timeline.firstFrom(at + 0.2e-3)).toBe(frame);
      expect(timeline.firstFrom(at + 0.4e-3)).toBe(frame + 1);
    }
    const counted = steadyFrames(1000, 1000);
    expect([0, 0.5, 0.7, 0.8].map((later) => counted.frameAt(7 + later))).toEqual([7, 7, 7, 8]);
  });

  it('ends a video that has fewer frames than its table where the next one would begin', () => {
    const video = { frameCount: 50, frameRate: 0, variable: false, duration: 4 };
    expect(timelineOf(video, () => times(100, 25))).toMatchObject({ frameCount: 50, length: 2 });
  });
});
