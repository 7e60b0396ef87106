import { FileViews } from '../../lib/inference/file-views';
import type { ClipPlan } from '../../lib/data/clip-planner';
import type { Decoding } from '../../lib/data/clip-decoding';
import type { NativeTensor } from '../../lib/native/tensor';

/** A batch in which each of these files has one clip. */
function decodingOf(files: readonly string[], found: Partial<Decoding> = {}): Decoding {
  const plans = files.map((path, index): ClipPlan => ({ index, view: 0, path, position: 0 }));
  const each = (value: number): number[] => files.map(() => value);
  const decoded = { plans, decodedFrames: each(4), ownFrames: each(4), frameRates: each(25), blended: [] };
  // The tensor is not looked at.
  const clips = {} as NativeTensor;
  return { decoded: { clips, ...decoded }, broken: [], damaged: [], brokenOff: [], ...found };
}

it('says of a file what is special about it, and nothing of its neighbours', () => {
  const decoding = decodingOf(['a.mp4', 'b.mp4'], {
    brokenOff: [{ path: 'b.mp4', frames: 61, promised: 300 }],
    damaged: [{ path: 'a.mp4', packets: 3 }],
  });
  const [first, second] = ['a.mp4', 'b.mp4'].map((file, index) => {
    const views = new FileViews(file, index, { frames: 4, every: { frames: 2 } }, undefined);
    views.add(decoding, [Float32Array.of(0.25, 0.75), Float32Array.of(1, 0)]);
    // A later clip that meets nothing takes nothing back.
    views.add(decodingOf(['a.mp4', 'b.mp4']), [Float32Array.of(0.75, 0.25), Float32Array.of(1, 0)]);
    return views.prediction();
  });
  expect(first).toEqual({ file: 'a.mp4', probabilities: Float32Array.of(0.5, 0.5), damagedPackets: 3 });
  expect(second).toEqual({
    file: 'b.mp4',
    probabilities: Float32Array.of(1, 0),
    brokenOff: { frames: 61, promised: 300 },
  });
});
