import { multiLabel, singleLabel, type Task } from '../../lib/base/task';
import { chosenMetrics, Meters } from '../../lib/metrics/meters';
import { ViewMeans } from '../../lib/metrics/view-means';

const view = (index: number, probabilities: number[], loss: number, target: number[]) => ({
  ...{ file: `clip-${index}`, index, target: Float32Array.from(target), loss },
  probabilities: Float32Array.from(probabilities),
});

const evaluationOf = (means: ViewMeans, task: Task) => means.evaluation(new Meters(chosenMetrics(), task), task.kind);

it('averages the clips of each video, then the videos', async () => {
  const means = new ViewMeans();
  // Two of three clips are wrong, and yet the video is right: the third one is surer.
  means.add(view(1, [0.45, 0.55], 0.75, [1, 0]));
  means.add(view(0, [0.25, 0.75], 0.5, [0, 1]));
  means.add(view(1, [0.4, 0.6], 1, [1, 0]));
  means.add(view(1, [0.95, 0.05], 0.25, [1, 0]));
  const { metrics, details, clips } = await evaluationOf(means, singleLabel(['a', 'b']));
  expect(clips.map(({ file, index, target }) => [file, index, target])).toEqual([
    ['clip-0', 0, [1]],
    ['clip-1', 1, [0]],
  ]);
  expect([...clips[0]!.probabilities]).toEqual([0.25, 0.75]);
  expect(clips[1]!.probabilities[0]).toBeCloseTo(0.6, 6);
  expect(clips[1]!.probabilities[1]).toBeCloseTo(0.4, 6);
  expect(metrics['loss']).toBeCloseTo((0.5 + 2 / 3) / 2, 6);
  expect(metrics['accuracy']).toBe(1);
  expect(details).toEqual({});
});

it('decides each class of a multi-label video by the mean of its clips', async () => {
  const means = new ViewMeans();
  means.add(view(0, [0.9, 0.2, 0.3], 1, [1, 1, 0]));
  means.add(view(0, [0.3, 0.7, 0.4], 2, [1, 1, 0]));
  // Means 0.6, 0.45, 0.35: the second class is missed.
  const { metrics, clips } = await evaluationOf(means, multiLabel(['a', 'b', 'c']));
  expect(clips.map(({ target }) => target)).toEqual([[0, 1]]);
  expect(metrics['loss']).toBe(1.5);
  expect(metrics['accuracy']).toBeCloseTo(2 / 3, 10);
});

it('gives metrics the shares of the classes as they are', async () => {
  const means = new ViewMeans();
  means.add(view(3, [0.5, 0.5], 1, [0.25, 0.75]));
  const seen: number[][] = [];
  const shares = {
    ...{ name: 'shares', better: 'higher' as const },
    meter: () => ({
      add: ({ targets }: { targets: Float32Array }) => void seen.push([...targets]),
      ...{ result: () => 0, state: () => null, restore: () => undefined },
    }),
  };
  await means.evaluation(new Meters([shares], singleLabel(['a', 'b'])), 'single-label');
  expect(seen).toEqual([[0.25, 0.75]]);
});

it('leaves the event loop free for other work, and none of many videos out', async () => {
  const means = new ViewMeans();
  const videos = 30_000;
  for (let index = videos - 1; index >= 0; index--)
    means.add(view(index, [0.75, 0.25], 1, index % 2 ? [1, 0] : [0, 1]));
  const state = { ended: false };
  const work = evaluationOf(means, singleLabel(['a', 'b'])).finally(() => (state.ended = true));
  let turns = 0;
  while (!state.ended) {
    turns += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { metrics, clips } = await work;
  expect(clips.every(({ index }, i) => index === i)).toBe(true);
  expect([clips.length, metrics['accuracy'], metrics['loss']]).toEqual([videos, 0.5, 1]);
  expect(turns).toBeGreaterThan(2);
});
