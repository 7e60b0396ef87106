import { join } from 'node:path';
import { MovinetError } from '../../../../lib/base/errors';
import { singleLabel } from '../../../../lib/base/task';
import { VideoClipDataset } from '../../../../lib/data/video-clip-dataset';
import type { Addon } from '../../../../lib/native/addon';
import { linear, memory, seconds, type Series } from '../series';
import { medianSeconds } from '../times';

const SIZE = 64;
const RUNS = 7;
/** Of the written video: what is handed over at once. */
const FRAMES_AT_ONCE = 250;

const filmIn = (folder: string): string => join(folder, 'film.avi');

/** A film that becomes brighter, over and over. */
async function writeFilm(addon: Addon, path: string, frames: number): Promise<void> {
  const writer = await addon.createVideoWriter(path, { width: SIZE, height: SIZE, fps: 25, fourcc: 'MJPG' });
  try {
    for (let begin = 0; begin < frames; begin += FRAMES_AT_ONCE) {
      const pixels = new Uint8Array(Math.min(FRAMES_AT_ONCE, frames - begin) * SIZE * SIZE * 3);
      const ofFrame = SIZE * SIZE * 3;
      for (let at = 0; at < pixels.length; at += ofFrame) pixels.fill((begin + at / ofFrame) % 256, at, at + ofFrame);
      await writer.write(pixels);
    }
  } finally {
    await writer.close();
  }
}

export const videoLengthSeries: Series = {
  ...{ name: 'video-length', against: 'frames in a video' },
  about: `A Motion-JPEG video of ${SIZE} × ${SIZE} pixels is indexed, and 8 frames are read from its middle.`,
  ...{ points: [100, 300, 1_000, 3_000, 10_000, 30_000], quickPoints: [100, 1_000, 10_000] },
  measures: {
    index: seconds('indexing', linear(1.5)),
    // To open a file is to read its container's index: some 70 ns a frame, all of it FFmpeg's, beside what the clip itself takes.
    clip: seconds('reading a clip from the middle', linear(1)),
    // Both indexes, FFmpeg's and this library's, hold every frame: 100 to 300 bytes each.
    memory: memory(linear(1)),
  },
  prepare: (frames, { addon, folder }) => writeFilm(addon, filmIn(folder), frames),
  async work(_, { addon, folder }) {
    const path = filmIn(folder);
    const index = await medianSeconds(RUNS, () => addon.indexVideos([path], 1), 1);
    const source = new VideoClipDataset({
      ...{ addon, allocateTensor: addon.createTensor.bind(addon), task: singleLabel(['one', 'other']) },
      ...{ videos: [{ path, target: [0] }], size: SIZE, frames: 8, frameStep: 2, decodeThreads: 1 },
    });
    const read = async (): Promise<void> => {
      let clips = 0;
      for await (const batch of source.batches(0)) {
        clips += batch.indices.length;
        batch.dispose();
      }
      if (clips !== 1) throw new MovinetError(`${clips} clips were read in place of 1`);
    };
    return { index, clip: await medianSeconds(RUNS, read, 1) };
  },
};
