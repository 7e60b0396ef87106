import type { ClipSpec } from '../../lib/base/clip';
import { VideoError } from '../../lib/base/errors';
import type { Described } from '../../lib/base/described';
import { lostClips } from '../../lib/data/lists/lost-clips';
import { BrokenVideos } from '../../lib/data/video/broken-videos';
import type { VideoClipDatasetOptions } from '../../lib/data/video-clip-dataset';
import { expectAllReleased, readEpoch, setup } from './support/fake-dataset';

/** Clips of frames that are two seconds apart: of a video of 25 frames a second every 50th. */
const BY_TIME: ClipSpec = { size: 2, frames: 3, every: { seconds: 2 }, short: 'zero' };
const byTime = (options: Partial<VideoClipDatasetOptions> = {}): Partial<VideoClipDatasetOptions> => ({
  ...{ frameStep: undefined, frames: undefined, clip: BY_TIME },
  ...options,
});

describe('clips of several views', () => {
  it('are neighbours, whole groups even where a video is broken', async () => {
    const { addon, dataset } = setup(3, { clipsPerVideo: 2, crops: 3, batchSize: 5 }, { 1: { error: 'damaged' } });
    expect(dataset.clipCount).toBe(18);
    const batches: { indices: number[]; views: number[] }[] = [];
    for await (const batch of dataset.batches(0)) {
      batches.push({ indices: [...batch.indices], views: [...batch.views] });
      batch.dispose();
    }
    expect(batches.flatMap(({ indices }) => indices)).toEqual([0, 2].flatMap((row) => new Array<number>(6).fill(row)));
    expect(batches.flatMap(({ views }) => views)).toEqual([0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5]);
    expect(dataset.report.skipped).toEqual([{ path: '/1.avi', reason: 'damaged' }]);
    // Of frames of 4 × 2 pixels.
    const crops = addon.requests.slice(0, 6).map(({ transform }) => transform?.crop);
    expect(crops).toEqual([0, 0.25, 0.5, 0, 0.25, 0.5].map((x) => [x, 0, 0.5, 1]));
    expect(addon.requests.slice(0, 6).map(({ frames }) => frames[0])).toEqual([19, 19, 19, 59, 59, 59]);
    expectAllReleased(addon);
  });

  it('hand what is drawn to the decoder, the same for the same seed', async () => {
    const augment: Described<'augmentation'>[] = [
      { kind: 'randomResizedCrop' },
      { kind: 'horizontalFlip', probability: 1 },
      { kind: 'grey', probability: 1 },
      { kind: 'temporalJitter', speed: [0.5, 0.5] },
    ];
    const requestsOf = async (seed: number) => {
      const { addon, dataset } = setup(6, { training: true, seed, augment, clipsPerVideo: 2 });
      expect(dataset.deterministic).toBe(false);
      await readEpoch(dataset, 1);
      return addon.requests;
    };
    const requests = await requestsOf(4);
    for (const { frames, transform } of requests) {
      expect(frames.map((frame) => frame - (frames[0] ?? NaN))).toEqual([0, 5, 10]);
      expect(transform).toMatchObject({ flip: true, colour: expect.any(Array) as unknown });
      const [x = NaN, y = NaN, width = NaN, height = NaN] = transform?.crop ?? [];
      expect(Math.max(x + width, y + height)).toBeLessThanOrEqual(1);
    }
    expect(new Set(requests.map(({ transform }) => String(transform?.crop))).size).toBeGreaterThan(3);
    expect(await requestsOf(4)).toEqual(requests);
    expect(await requestsOf(5)).not.toEqual(requests);
  });
});

describe('clips by time', () => {
  it('have frames as far apart in each video, whatever its rate', async () => {
    const { dataset } = setup(4, byTime({ start: 'start' }), {
      0: { frames: 300 },
      1: { frames: 300, rate: 50 },
      2: { frames: 40, rate: 10 },
      3: { rate: 0 },
    });
    const [batch] = await readEpoch(dataset, 0);
    expect(batch?.frames).toEqual([
      [1000, 1050, 1100],
      [2000, 2100, 2200],
      [3000, 3020, 0],
    ]);
    expect(dataset.report).toMatchObject({
      short: [{ path: '/2.avi', frames: 2, needed: 3 }],
      skipped: [{ path: '/3.avi', reason: expect.stringContaining('it has no times') as unknown }],
      ...{ frameRate: 25, otherRates: [] },
    });
    expect(dataset.report.skipped[0]?.reason).toContain('use `frameStep`');
  });

  it('of pictures need to know how many make a second', async () => {
    const { dataset } = setup(2, byTime(), { 0: { frames: 300 }, 1: { rate: 0, container: 'pictures' } });
    await readEpoch(dataset, 0);
    const reason = 'its pictures have no times: `pictureRate` says how many of them make a second';
    expect(dataset.report.skipped).toEqual([{ path: '/1.avi', reason }]);
  });

  it.each([
    ['hold', [1000, 1020, 1039]],
    ['loop', [1000, 1020, 1000]],
  ] as const)('%s: a short video has no zero frame, and is still said to be short', async (short, frames) => {
    const { dataset } = setup(
      1,
      { clip: { ...BY_TIME, short }, ...byTime({ short }) },
      { 0: { frames: 40, rate: 10 } },
    );
    for (let epoch = 0; epoch < 2; epoch++) expect((await readEpoch(dataset, epoch))[0]?.frames).toEqual([frames]);
    expect(dataset.report).toMatchObject({ short: [{ path: '/0.avi', frames: 2, needed: 3 }], zeroFrames: 0 });
  });
});

describe('spans', () => {
  it('are cut out of their video, each short one listed, one past the end broken', async () => {
    const { dataset } = setup(1, {}, { 0: { frames: 250 } });
    const videos = (
      [
        [0, 4],
        [4, 4.5],
        [6, 6.5],
        [10, 12],
      ] as const
    ).map((span) => ({ path: '/0.avi', target: [0], span }));
    const spans = setup(1, { videos, start: 'start' }, { 0: { frames: 250 } });
    const [batch] = await readEpoch(spans.dataset, 0);
    expect(batch?.frames).toEqual([
      [1000, 1010, 1020],
      [1100, 1110, 0],
      [1150, 1160, 0],
    ]);
    expect(spans.dataset.report).toMatchObject({
      short: [1, 2].map((row) => ({ path: '/0.avi', span: videos[row]?.span, frames: 2, needed: 3 })),
      skipped: [{ path: '/0.avi', span: [10, 12], reason: 'its part from 10 to 12 s lies past its end at 10 s' }],
    });
    expect(dataset.clipCount).toBe(1);
    expect(spans.addon.indexed).toEqual([['/0.avi']]);
  });

  it('past the end do not make a video broken whose other parts are good', async () => {
    const videos = [
      { path: '/0.avi', target: [0], span: [0, 4] as const },
      { path: '/0.avi', target: [0], span: [10, 12] as const },
    ];
    const broken = new BrokenVideos();
    const { dataset } = setup(1, { videos, broken }, { 0: { frames: 250 } });
    expect((await readEpoch(dataset, 0)).map(({ indices }) => indices)).toEqual([[0]]);
    expect(broken.list).toMatchObject([{ path: '/0.avi', span: [10, 12] }]);
    const strict = setup(1, { videos, strict: true }, { 0: { frames: 250 } }).dataset;
    await expect(readEpoch(strict, 0)).rejects.toThrow('/0.avi: its part from 10 to 12 s lies past its end at 10 s');
  });

  it('past the end are listed each, and counted as what a class loses, once', async () => {
    const rows = (
      [
        [0, [0, 4]],
        [1, [10, 12]],
        [1, [12, 14]],
        [1, [0, 4]],
      ] as const
    ).map(([label, span]) => ({ path: '/0.avi', target: [label], span, part: 'train' as const }));
    const read = async (videos: typeof rows) => {
      const broken = new BrokenVideos(lostClips(videos, ['a', 'b']));
      const { dataset } = setup(2, { videos, broken }, { 0: { frames: 250 } });
      for (let epoch = 0; epoch < 2; epoch++) await readEpoch(dataset, epoch);
      return dataset.report.skipped.map(({ span }) => span);
    };
    expect(await read(rows)).toEqual([
      [10, 12],
      [12, 14],
    ]);
    await expect(read(rows.slice(0, 3))).rejects.toThrow(
      'Every video of class "b" is broken, such as /0.avi: its part from 12 to 14 s lies past its end at 10 s',
    );
  });

  it('need times, and say so', async () => {
    const videos = [{ path: '/0.avi', target: [0], span: [0, 1] as const }];
    const { dataset } = setup(1, { videos }, { 0: { rate: 0 } });
    await expect(readEpoch(dataset, 0)).rejects.toThrow('no part of it can be cut out by seconds');
  });
});

describe('the report', () => {
  it('names videos of other frame rates: than expected, or than most, none for clips by time', async () => {
    const changes = { 2: { rate: 50 }, 3: { rate: 37 }, 5: { rate: 12.5 }, 6: { rate: 0 } };
    const rates = async (options: Partial<VideoClipDatasetOptions>, count = 7) => {
      const { dataset } = setup(count, options, changes);
      await readEpoch(dataset, 0);
      return dataset.report;
    };
    expect(await rates({})).toMatchObject({
      frameRate: 25,
      otherRates: [
        { path: '/2.avi', frameRate: 50, expected: 25, of: 'most', sampled: 2.5 },
        { path: '/5.avi', frameRate: 12.5, expected: 25, of: 'most', sampled: 2.5 },
      ],
    });
    expect((await rates({}, 4)).otherRates).toEqual([]);
    expect((await rates({ expectedFrameRate: 50 }, 3)).otherRates.map(({ path }) => path)).toEqual([
      '/0.avi',
      '/1.avi',
    ]);
    expect((await rates(byTime())).otherRates).toEqual([]);
    expect(() => setup(1, { expectedFrameRate: 0 })).toThrow(
      'VideoClipDataset: expectedFrameRate must be a number above 0, or a function, got 0',
    );
  });

  it('names videos that break off: by their container, or because decoding met an earlier end, in later epochs too', async () => {
    const { dataset } = setup(
      4,
      {},
      {
        0: { frames: 61, indexed: 300 },
        1: { frames: 61, promised: 200 },
        2: { frames: 61, indexed: 300, exact: false },
      },
    );
    for (let epoch = 0; epoch < 2; epoch++) {
      await readEpoch(dataset, epoch);
      expect(dataset.report.brokenOff).toEqual([
        { path: '/0.avi', frames: 61, promised: 300 },
        { path: '/1.avi', frames: 61, promised: 200 },
      ]);
    }
    expect(dataset.report.short).toEqual([]);
  });

  it('strict: what breaks off or is damaged is an error that names it', async () => {
    const strictly = async (changes: Parameters<typeof setup>[2]) => {
      const { addon, dataset } = setup(3, { strict: true }, changes);
      const error: unknown = await readEpoch(dataset, 0).catch((thrown: unknown) => thrown);
      expectAllReleased(addon);
      expect(error).toBeInstanceOf(VideoError);
      return error;
    };
    expect(await strictly({ 1: { frames: 61, indexed: 300 } })).toMatchObject({
      path: '/1.avi',
      message: expect.stringMatching(/^\/1\.avi ends after 61 of 300 frames\. .*without `strict`/) as unknown,
    });
    expect(await strictly({ 2: { damaged: 23 } })).toMatchObject({
      path: '/2.avi',
      message: expect.stringMatching(/^\/2\.avi is damaged: 23 packets do not decode\. /) as unknown,
    });
  });
});
