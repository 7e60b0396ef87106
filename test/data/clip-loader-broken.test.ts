import { DatasetError, VideoError } from '../../lib/base/errors';
import { VideoClipDataset } from '../../lib/data/video-clip-dataset';
import { CLIP, expectAllReleased, readEpoch, setup } from './support/fake-dataset';

describe('VideoClipDataset', () => {
  it('counts zero frames past the end, each short clip once', async () => {
    const { addon, videos } = setup(3, {}, { 1: { frames: 15 }, 2: { frames: 5 } });
    const lengths = [100, 15, 5];
    const probed = videos.map((video, i) => ({ ...video, info: { ...video.info, frameCount: lengths[i] as number } }));
    const dataset = new VideoClipDataset({
      ...CLIP,
      training: true,
      videos: probed,
      classes: ['a', 'b', 'c'],
      addon,
      allocateTensor: addon.allocateTensor,
    });
    const batch = (await readEpoch(dataset, 0))[0]!;
    await readEpoch(dataset, 1);
    expect(batch.frames[batch.indices.indexOf(1)]).toEqual([2000, 2010, 0]);
    expect(batch.frames[batch.indices.indexOf(2)]).toEqual([3000, 0, 0]);
    expect(dataset.report).toEqual({ skipped: [], shortClips: 2, zeroFrames: 3, decodedFrames: 12 });
  });

  it('takes a clip from the first frame where the container promised frames that are not there', async () => {
    const { addon, dataset } = setup(3, {}, { 1: { frames: 12 } });
    const [batch] = await readEpoch(dataset, 0);
    expect(batch?.frames[1]).toEqual([2000, 2010, 0]);
    expect(dataset.report).toMatchObject({ skipped: [], shortClips: 1, zeroFrames: 1 });
    expectAllReleased(addon);
  });

  it('counts a clip as it was handed out last', async () => {
    const { dataset } = setup(1, { training: true }, { 0: { frames: 70 } });
    const epochs = Array.from({ length: 20 }, (_, epoch) => epoch);
    const isShort = (epoch: number): boolean => dataset.planner.startOf(0, epoch) + 20 >= 70;
    const short = epochs.find(isShort) as number;
    const whole = epochs.find((epoch) => !isShort(epoch)) as number;
    await readEpoch(dataset, short);
    expect(dataset.report.shortClips).toBe(1);
    await readEpoch(dataset, whole);
    expect(dataset.report).toMatchObject({ shortClips: 0, zeroFrames: 0 });
  });

  it('leaves a video that breaks out of its batch: rows move up, it is listed once', async () => {
    const { addon, dataset } = setup(
      10,
      { skipped: [{ path: '/old.avi', reason: 'empty' }] },
      { 1: { error: 'damaged' }, 9: { frames: 0 } },
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
      { path: '/old.avi', reason: 'empty' },
      { path: '/1.avi', reason: 'damaged' },
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
