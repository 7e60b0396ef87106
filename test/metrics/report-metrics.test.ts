import { multiLabel, singleLabel } from '../../lib/base/task';
import { readAveragePrecision, readConfusion, readPerClass, readReliability } from '../../lib/metrics/details';
import { calibrationError } from '../../lib/metrics/kinds/calibration';
import { scoreLabels } from '../../lib/metrics/label-scores';
import { measureClips, reportMetrics } from '../../lib/metrics/report-metrics';

const CLASSES = ['run', 'jump'];
const clip = (target: number[], probabilities: number[]) => ({
  target,
  probabilities: Float32Array.from(probabilities),
});

it('are a confusion matrix and a reliability curve where each clip has one class', async () => {
  const task = singleLabel(CLASSES);
  const clips = [clip([0], [0.75, 0.25]), clip([0], [0.25, 0.75]), clip([1], [0, 1])];
  const measured = await measureClips(clips, reportMetrics(task), task);
  const details = measured.details();
  expect(readConfusion(details)).toMatchObject({
    total: 3,
    correct: 2,
    counts: [
      [1, 1],
      [0, 1],
    ],
  });
  const bins = readReliability(details)!;
  expect(bins.filter(({ count }) => count > 0)).toMatchObject([
    { confidence: 0.75, accuracy: 0.5, count: 2 },
    { confidence: 1, accuracy: 1, count: 1 },
  ]);
  expect(calibrationError(bins)).toBe((2 * 0.25) / 3);
  expect(measured.results()).toMatchObject({ expected_calibration_error: (2 * 0.25) / 3 });
});

it('are scores of the classes, as scoreLabels has them, and average precisions where they have several', async () => {
  const task = multiLabel(CLASSES);
  const clips = [clip([0, 1], [0.75, 0.375]), clip([0], [0.25, 0.5]), clip([], [0.5, 0.125])];
  const measured = await measureClips(clips, reportMetrics(task, 0.3), task);
  const details = measured.details();
  const { perClass, accuracy, macro } = scoreLabels(clips, CLASSES, 0.3);
  expect(readPerClass(details)).toEqual(perClass);
  expect(measured.results()).toMatchObject({ accuracy, f1_macro: macro.f1 });
  expect(readAveragePrecision(details)).toEqual([
    { class: 'run', support: 2, averagePrecision: (1 + 2 / 3) / 2 },
    { class: 'jump', support: 1, averagePrecision: 0.5 },
  ]);
});

it('are worked out in turns, so that other work goes on', async () => {
  const classes = Array.from({ length: 400 }, (_, i) => `class ${i}`);
  const probabilities = Float32Array.from(classes, (_, i) => i / 400);
  const clips = Array.from({ length: 2000 }, (_, i) => ({ target: [i % 400], probabilities }));
  for (const task of [singleLabel(classes), multiLabel(classes)]) {
    const state = { ended: false };
    const work = measureClips(clips, reportMetrics(task), task).finally(() => (state.ended = true));
    let turns = 0;
    while (!state.ended) {
      turns += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await work).count).toBe(2000);
    expect(turns).toBeGreaterThan(2);
  }
});
