import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clipSpec } from '../../lib/base/clip';
import { singleLabel } from '../../lib/base/task';
import { clipFrames } from '../../lib/data/video/sampling';
import { VideoClipDataset, type VideoClipDatasetOptions } from '../../lib/data/video-clip-dataset';
import { loadAddon } from '../../lib/native/addon';
import { describeWith, VIDEO_ZOO } from '../support/assets';
import { readBarCode } from './support/bar-code';

const addon = loadAddon();
const clip = clipSpec({ size: 96, frames: 8, frameStep: 10 });
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
    clip,
    videos: [{ path: join(VIDEO_ZOO, name), target: [0] }],
    task: singleLabel(['one']),
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
      const numbers = Array.from({ length: source.clip.frames }, (_, i) => readBarCode(frame(i), clip.size));
      clips.push({ position: source.planner.positionOf(0, epoch) as number, numbers });
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
        expect(source.report).toMatchObject({ skipped: [], short: [], zeroFrames: 0 });
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
    expect(source.report).toMatchObject({ skipped: [], short: [], zeroFrames: 0 });
    expect(source.report.damaged).toEqual([{ path: join(VIDEO_ZOO, 'damaged.mp4'), packets: 23 }]);
  });

  describe('by time', () => {
    /** When the frames of a video are shown, since its first. */
    const steady = (frames: number, rate: number): number[] => Array.from({ length: frames }, (_, i) => i / rate);
    const variable = [...steady(60, 60), ...steady(40, 5).map((time) => 1 + time)];

    it.each([
      ['vfr.mkv', variable, 8.8 + 1 / 60],
      ['vfr.mp4', variable, 8.8 + 1 / 60],
      ['late-start.mkv', steady(80, 25), 3.2],
      ['wrap.ts', steady(80, 25), 3.2],
      ['empty-edit.mp4', steady(80, 25), 3.2],
      ['cut.mp4', [...steady(101, 25), 4.08], 4.12],
      ['picture.gif', steady(30, 10), 3],
    ])('%s: each frame is the one that is shown then', async (name, times, duration) => {
      const seconds = 0.3;
      const shown = numbersOf(truth()[name]!.numbers);
      const byTime = { clip: { ...clip, every: { seconds } } };
      for (const options of [{ training: true }, { start: 'center' }, { start: 'start' }] as const) {
        const { source, clips } = await read(name, { ...byTime, ...options });
        for (const { position, numbers } of clips) {
          const room = duration - (clip.frames - 1) * seconds;
          numbers.forEach((number, i) => {
            const at = position * room + i * seconds;
            const frame = times.findLastIndex((time) => time <= at + 1e-6);
            // Files know a millisecond at best.
            const near = times.findLastIndex((time) => time <= at + 2e-3);
            expect([shown[frame], shown[near]]).toContain(number);
          });
        }
        expect(source.report).toMatchObject({ skipped: [], short: [], zeroFrames: 0, otherRates: [] });
      }
    });

    it('vfr.mkv: in a span, and around a frame that was asked for', async () => {
      const span = [1, 5] as const;
      const videos = [{ path: join(VIDEO_ZOO, 'vfr.mkv'), target: [0], span }];
      const { clips } = await read('vfr.mkv', {
        ...{ videos, start: 'start', clip: { ...clip, frames: 5, every: { seconds: 1 }, short: 'hold' } },
      });
      expect(clips[0]?.numbers).toEqual([60, 65, 70, 75, 79]);
      const late = videos.map((row) => ({ ...row, span: [20, 30] as const }));
      await expect(read('vfr.mkv', { videos: late })).rejects.toThrow(
        'its part from 20 to 30 s lies past its end at 8.817 s',
      );
      const byFrames = await read('vfr.mkv', { videos, start: 'start', clip: { ...clip, frames: 3 } });
      expect(byFrames.clips[0]?.numbers).toEqual([60, 70, -1].map((number) => (number < 0 ? NaN : number)));
    });
  });

  it('says which of them break off, and that no other does', async () => {
    const endings = async (name: string) => (await read(name, { start: 'start' })).source.report.brokenOff;
    expect(await endings('truncated.mp4')).toEqual([
      { path: join(VIDEO_ZOO, 'truncated.mp4'), frames: 94, promised: 200 },
    ]);
    for (const [name, { frames }] of Object.entries(truth())) {
      if (frames > 0 && name !== 'truncated.mp4') expect([name, await endings(name)]).toEqual([name, []]);
    }
  });
});
