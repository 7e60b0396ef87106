import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clipFrames } from '../../lib/data/video/sampling';
import { VideoClipDataset, type VideoClipDatasetOptions } from '../../lib/data/video-clip-dataset';
import { loadAddon } from '../../lib/native/addon';
import { describeWith, VIDEO_ZOO } from '../support/assets';
import { readBarCode } from './support/bar-code';

const addon = loadAddon();
const clip = { size: 96, frames: 8, frameStep: 10 };
const EPOCHS = 12;

/** `160-260 262 66x3` as a list; NaN for `?`. */
function numbersOf(text: string): number[] {
  return text.split(' ').flatMap((part) => {
    const [, first = '', last, times = '1'] = /^(\d+|\?)(?:-(\d+))?(?:x(\d+))?$/.exec(part) ?? [];
    const from = Number(first);
    if (last !== undefined) return Array.from({ length: Number(last) - from + 1 }, (_, i) => from + i);
    return Array.from({ length: Number(times) }, () => from);
  });
}

/** The numbers of the pictures in the clips of some epochs, beside the position of each. */
async function read(
  name: string,
  options: Partial<VideoClipDatasetOptions>,
): Promise<{ source: VideoClipDataset; clips: { position: number; numbers: number[] }[] }> {
  const source = new VideoClipDataset({
    ...clip,
    videos: [{ path: join(VIDEO_ZOO, name), label: 0 }],
    classes: ['one'],
    addon,
    allocateTensor: (dtype, shape) => addon.createTensor(dtype, shape),
    ...options,
  });
  const clips: { position: number; numbers: number[] }[] = [];
  const frameLength = clip.size ** 2 * 3;
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for await (const batch of source.batches(epoch)) {
      using owned = batch;
      const data = owned.clips.data() as Float32Array;
      const frame = (i: number): Float32Array => data.subarray(i * frameLength, (i + 1) * frameLength);
      const numbers = Array.from({ length: clip.frames }, (_, i) => readBarCode(frame(i), clip.size));
      clips.push({ position: source.planner.positionOf(0, epoch), numbers });
    }
  }
  return { source, clips };
}

describeWith(VIDEO_ZOO)('clips of videos that readers stumble over', () => {
  const truth = (): Record<string, { frames: number; numbers: string }> =>
    JSON.parse(readFileSync(join(VIDEO_ZOO, 'truth.json'), 'utf8')) as Record<
      string,
      { frames: number; numbers: string }
    >;

  it.each(['cut.mp4', 'long-audio.mkv', 'vfr.mkv', 'no-duration.webm', 'packed-b.avi', 'truncated.mp4'])(
    '%s: each clip has the frames of its position, none of them black',
    async (name) => {
      const { frames: frameCount, numbers } = truth()[name]!;
      const shown = numbersOf(numbers);
      expect(shown).toHaveLength(frameCount);
      for (const options of [{ training: true }, { start: 'center' }, { start: 'start' }] as const) {
        const { source, clips } = await read(name, options);
        for (const { position, numbers: got } of clips)
          expect(got).toEqual(clipFrames({ frameCount }, clip, position).map((frame) => shown[frame]));
        expect(clips).toHaveLength(EPOCHS);
        expect(source.report).toMatchObject({ skipped: [], shortClips: 0, zeroFrames: 0 });
      }
    },
  );

  it('damaged.mp4: is read over its damage, and said to be', async () => {
    const { source, clips } = await read('damaged.mp4', { training: true });
    for (const { position, numbers } of clips) {
      const frames = clipFrames({ frameCount: 200 }, clip, position);
      // Of the 200 frames those from 64 to 99 are damaged: what is painted there is the decoder's guess.
      const whole = (frame: number): boolean => frame < 64 || frame >= 100;
      frames.forEach((frame, i) => expect(whole(frame) ? numbers[i] : frame).toBe(frame));
      expect(frames.filter(whole).length).toBeGreaterThan(3);
    }
    expect(source.report).toMatchObject({ skipped: [], shortClips: 0, zeroFrames: 0 });
    expect(source.report.damaged).toEqual([{ path: join(VIDEO_ZOO, 'damaged.mp4'), packets: 23 }]);
  });
});
