import { ViewMeans } from '../../lib/metrics/view-means';

const view = (index: number, probabilities: number[], loss: number, target: number[]) => ({
  ...{ file: `clip-${index}`, index, target, loss },
  probabilities: Float32Array.from(probabilities),
});

it('averages the clips of each video, then the videos', () => {
  const means = new ViewMeans();
  // Two of three clips are wrong, and yet the video is right: the third one is surer.
  means.add(view(1, [0.45, 0.55], 0.75, [0]));
  means.add(view(0, [0.25, 0.75], 0.5, [1]));
  means.add(view(1, [0.4, 0.6], 1, [0]));
  means.add(view(1, [0.95, 0.05], 0.25, [0]));
  const { loss, accuracy, clips } = means.evaluation('single-label');
  expect(clips.map(({ file, index, target }) => [file, index, target])).toEqual([
    ['clip-0', 0, [1]],
    ['clip-1', 1, [0]],
  ]);
  expect([...clips[0]!.probabilities]).toEqual([0.25, 0.75]);
  expect(clips[1]!.probabilities[0]).toBeCloseTo(0.6, 6);
  expect(clips[1]!.probabilities[1]).toBeCloseTo(0.4, 6);
  expect(loss).toBeCloseTo((0.5 + 2 / 3) / 2, 6);
  expect(accuracy).toBe(1);
});

it('decides each class of a multi-label video by the mean of its clips', () => {
  const means = new ViewMeans();
  means.add(view(0, [0.9, 0.2, 0.3], 1, [0, 1]));
  means.add(view(0, [0.3, 0.7, 0.4], 2, [0, 1]));
  // Means 0.6, 0.45, 0.35: the second class is missed.
  const { loss, accuracy, clips } = means.evaluation('multi-label');
  expect(clips).toHaveLength(1);
  expect(loss).toBe(1.5);
  expect(accuracy).toBeCloseTo(2 / 3, 10);
});
