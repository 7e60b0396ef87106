import { DatasetError, VideoError } from '../../lib/base/errors';
import { clipFrames } from '../../lib/data/video/sampling';
import { expectAllReleased, NOTHING_SPECIAL, readEpoch, setup } from './support/fake-dataset';

describe('VideoClipDataset', () => {
  it('counts zero frames past the end, each short clip once', async () => {
    const { dataset } = setup(3, { training: true }, { 1: { frames: 15 }, 2: { frames: 5 } });
    const batch = (await readEpoch(dataset, 0))[0]!;
    await readEpoch(dataset, 1);
    expect(batch.frames[batch.indices.indexOf(1)]).toEqual([2000, 2010, 0]);
    expect(batch.frames[batch.indices.indexOf(2)]).toEqual([3000, 0, 0]);
    expect(dataset.report).toEqual({
      ...NOTHING_SPECIAL,
      short: expect.arrayContaining([
        { path: '/1.avi', frames: 2, needed: 3 },
        { path: '/2.avi', frames: 1, needed: 3 },
      ]) as unknown,
      ...{ zeroFrames: 3, frameRate: 25, decodedFrames: 12 },
    });
    expect(dataset.report.short).toHaveLength(2);
  });

  it('takes a clip again by the true rule where decoding shows an earlier end, and knows it from then on', async () => {
    const { addon, dataset } = setup(3, { training: true }, { 1: { frames: 40, indexed: 240 } });
    for (let epoch = 0; epoch < 12; epoch++) {
      const [batch] = await readEpoch(dataset, epoch);
      const frameCount = addon.requests.length > 3 ? 40 : 240;
      const [start = NaN] = clipFrames({ frameCount }, dataset.clip, dataset.planner.positionOf(1, epoch));
      expect(start).toBeLessThan(20);
      expect(batch?.frames[batch.indices.indexOf(1)]).toEqual([0, 10, 20].map((step) => 2000 + start + step));
      // Once corrected, no clip is taken twice.
      expect(addon.requests).toHaveLength(3 * (epoch + 1) + 1);
    }
    expect(dataset.report).toMatchObject({ skipped: [], short: [], zeroFrames: 0 });
    expectAllReleased(addon);
  });

  it('takes all clips of such a video in a batch again: they are those of the next pass', async () => {
    const { addon, dataset } = setup(1, { clipsPerVideo: 4 }, { 0: { frames: 40, indexed: 60 } });
    const [first] = await readEpoch(dataset, 0);
    // Two of them end before the video does.
    expect(first?.frames.map(([start]) => start)).toEqual([1002, 1007, 1012, 1017]);
    expect(addon.requests).toHaveLength(8);
    expect((await readEpoch(dataset, 0))[0]).toEqual(first);
    expect(addon.requests).toHaveLength(12);
    expect(dataset.report).toMatchObject({ short: [], brokenOff: [{ frames: 40, promised: 60 }] });
  });

  it('leaves zero frames only where the video is really shorter than a clip', async () => {
    const { dataset } = setup(2, {}, { 1: { frames: 12, indexed: 100 } });
    const [batch] = await readEpoch(dataset, 0);
    expect(batch?.frames[1]).toEqual([2000, 2010, 0]);
    expect(dataset.report).toMatchObject({
      ...{ skipped: [], zeroFrames: 1 },
      short: [{ path: '/1.avi', frames: 2, needed: 3 }],
    });
  });

  it('lists a video with damaged parts once, with the most packets that were read over', async () => {
    const { dataset } = setup(5, {}, { 3: { damaged: 23 } });
    await readEpoch(dataset, 0);
    await readEpoch(dataset, 1);
    expect(dataset.report.damaged).toEqual([{ path: '/3.avi', packets: 23 }]);
    expect(dataset.report.skipped).toEqual([]);
  });

  it('leaves a video that breaks out of its batch: rows move up, it is listed once', async () => {
    const { addon, dataset } = setup(
      10,
      {},
      { 1: { error: 'damaged' }, 6: { unreadable: 'no moov atom' }, 9: { frames: 0 } },
    );
    const batches = await readEpoch(dataset, 0);
    expect(batches[0]).toEqual({
      indices: [0, 2, 3],
      labels: [0, 2, 0],
      files: ['/0.avi', '/2.avi', '/3.avi'],
      frames: [
        [1039, 1049, 1059],
        [3039, 3049, 3059],
        [4039, 4049, 4059],
      ],
    });
    expect(batches[2]?.indices).toEqual([8]);
    expect(await readEpoch(dataset, 1)).toEqual(batches);
    expect(dataset.report.skipped).toEqual([
      { path: '/1.avi', reason: 'damaged' },
      { path: '/6.avi', reason: 'no moov atom' },
      { path: '/9.avi', reason: 'no frame could be decoded' },
    ]);
    expectAllReleased(addon);
  });

  it('skips a batch that is broken altogether', async () => {
    const { addon, dataset } = setup(6, { batchSize: 2 }, { 2: { error: 'damaged' }, 3: { error: 'damaged' } });
    expect((await readEpoch(dataset, 0)).map((batch) => batch.indices)).toEqual([
      [0, 1],
      [4, 5],
    ]);
    expectAllReleased(addon);
  });

  it('refuses to go on where no video can be decoded', async () => {
    const { addon, dataset } = setup(2, {}, { 0: { error: 'damaged' }, 1: { error: 'damaged' } });
    await expect(readEpoch(dataset, 0)).rejects.toThrow(DatasetError);
    await expect(readEpoch(dataset, 0)).rejects.toThrow('None of 2 videos could be decoded, such as /1.avi: damaged');
    expectAllReleased(addon);
  });

  it('strict: the broken video is an error that names it', async () => {
    const { addon, dataset } = setup(20, { strict: true }, { 5: { error: 'damaged' } });
    const iterator = dataset.batches(0);
    (await iterator.next()).value?.dispose();
    const failed = iterator.next();
    await expect(failed).rejects.toThrow(VideoError);
    await expect(failed).rejects.toMatchObject({
      path: '/5.avi',
      message: expect.stringContaining('Cannot decode /5.avi: damaged'),
    });
    expectAllReleased(addon);
  });
});
