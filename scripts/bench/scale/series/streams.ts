import { ModelStream } from '../../../../lib/inference/model-stream';
import type { Addon } from '../../../../lib/native/addon';
import type { NativeTensor } from '../../../../lib/native/tensor';
import { randomModel } from '../../model/export-graphs';
import { flat, linear, memory, seconds, type Series } from '../series';
import { medianSeconds } from '../times';

const SIZE = 172;
const RUNS = 20;
const WARM_UP_RUNS = 3;
const LAST_FRAMES = 10;

function frameOf(addon: Addon): NativeTensor {
  const frame = addon.createTensor('float32', [1, 1, SIZE, SIZE, 3]);
  (frame.data() as Float32Array).forEach((_, i, pixels) => (pixels[i] = ((i * 7919) % 256) / 255));
  return frame;
}

export const streamsSeries: Series = {
  ...{ name: 'streams', against: 'streams at once' },
  about: `Each of the streams of one a0-stream-relu6 is shown one frame of ${SIZE} × ${SIZE} pixels.`,
  ...{ points: [1, 2, 4, 8, 16, 32, 64], quickPoints: [1, 4, 16] },
  measures: { frame: seconds('one frame of each stream', linear(1.5)), memory: memory(linear(1.5)) },
  async work(count, { addon }) {
    const streams = [await ModelStream.open(randomModel('a0-stream-relu6'), { addon, size: SIZE })];
    try {
      while (streams.length < count) streams.push((streams[0] as ModelStream).sibling());
      using frame = frameOf(addon);
      const push = () => Promise.all(streams.map((stream) => stream.push(frame)));
      return { frame: await medianSeconds(RUNS, push, WARM_UP_RUNS) };
    } finally {
      for (const stream of streams) stream.dispose();
    }
  },
};

export const streamedSeries: Series = {
  ...{ name: 'streamed', against: 'frames that a stream has seen' },
  about: `One stream of a0-stream-relu6 is shown frame after frame of ${SIZE} × ${SIZE} pixels.`,
  ...{ points: [10, 100, 1_000, 5_000], quickPoints: [10, 100, 1_000] },
  measures: { frame: seconds('one of the last frames', flat(1.5)), memory: memory(flat(1.25)) },
  async work(frames, { addon }) {
    using stream = await ModelStream.open(randomModel('a0-stream-relu6'), { addon, size: SIZE });
    using frame = frameOf(addon);
    await stream.warmUp();
    return { frame: await medianSeconds(LAST_FRAMES, () => stream.push(frame), frames - LAST_FRAMES) };
  },
};
