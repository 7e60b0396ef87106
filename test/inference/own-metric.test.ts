import type { ProgressSink } from '../../lib/cli/terminal/progress-sink';
import { trainerProgress } from '../../lib/cli/terminal/trainer-progress';
import { rowsOf } from '../../lib/base/task';
import { evaluate } from '../../lib/inference/evaluate';
import { type History, historyJson, parseHistory } from '../../lib/metrics/history/history';
import { chosenMetrics, Meters } from '../../lib/metrics/meters';
import type { Metric } from '../../lib/metrics/metric';
import { MeanMeter } from '../../lib/metrics/metrics';
import { shownMetrics } from '../../lib/metrics/shown';
import { loadAddon } from '../../lib/native/addon';
import { reportHtml } from '../../lib/report/page/html';
import { evaluationRecord } from '../../lib/report/results';
import { learningCurvesChart } from '../../lib/report/svg/learning-curves-chart';
import type { Run } from '../../lib/training/callback';
import { clip, pixelRunner, PixelSource, TASK } from './support/pixels';
import { textsOf } from '../report/examples';

/** Somebody's own: how far the probability of the true class is from 1, with the worst of each class beside it. */
const distance: Metric = {
  name: 'distance',
  better: 'lower',
  shownAs: 'percent',
  meter({ classes }) {
    const worst = classes.map(() => 0);
    const mean = new MeanMeter(({ count, probabilities, targets }) => {
      const truth = rowsOf(targets, count);
      return rowsOf(probabilities, count).map((row, i) => {
        const label = truth[i]?.indexOf(1) ?? -1;
        const far = 1 - (row[label] as number);
        worst[label] = Math.max(worst[label] as number, far);
        return far;
      });
    });
    return {
      add: (measured) => mean.add(measured),
      result: () => mean.result(),
      details: () => ({ worst: worst.map((value) => Number(value.toFixed(3))) }),
      state: () => ({ mean: mean.state(), worst: [...worst] }),
      restore(state) {
        const { mean: of, worst: values } = state as { mean: unknown; worst: number[] };
        mean.restore(of);
        worst.splice(0, worst.length, ...values);
      },
    };
  },
};

/** Another one, of no range, that is not always a number. */
const margin: Metric = {
  ...{ name: 'logit_margin', better: 'higher' },
  meter: () => new MeanMeter(({ count, probabilities }) => rowsOf(probabilities, count).map(([a = 0, b = 0]) => b - a)),
};

const metrics = chosenMetrics(['accuracy', distance, margin]);
const shown = shownMetrics(metrics);
const CLIPS = [clip(0, 0, 0.9), clip(0, 1, 0.7), clip(1, 0, 0.4)];

/** Four epochs of a run that measured them; in the third the margin was no number. */
async function historyOfRun(): Promise<History> {
  const evaluation = await evaluate(pixelRunner, new PixelSource(CLIPS, 2), {
    addon: loadAddon(),
    task: TASK,
    metrics,
  });
  const epochs = [1, 2, 3, 4].map((epoch) => {
    const values = {
      loss: 1 / epoch,
      accuracy: epoch / 4,
      distance: 0.4 / epoch,
      logit_margin: epoch === 3 ? NaN : -epoch,
    };
    const validation = Object.entries(values).map(([name, value]) => [`val_${name}`, value / 2]);
    return { epoch, step: epoch, seconds: 1, metrics: { ...values, ...Object.fromEntries(validation) } };
  });
  return { epochs, evaluate: evaluationRecord(evaluation), metrics: shown, classes: [...TASK.classes], config: {} };
}

it('is measured over clips while an evaluation runs, over videos at its end', async () => {
  const seen: number[] = [];
  const evaluation = await evaluate(pixelRunner, new PixelSource(CLIPS, 2), {
    ...{ addon: loadAddon(), task: TASK, metrics },
    onBatch: ({ metrics: { distance: value } }) => void seen.push(value as number),
  });
  expect(seen).toEqual([expect.closeTo(0.2, 6), expect.closeTo(1 / 3, 6)]);
  expect(evaluation.metrics).toEqual({
    loss: expect.closeTo(0.25, 6) as number,
    accuracy: 0.5,
    distance: expect.closeTo((0.2 + 0.6) / 2, 6) as number,
    logit_margin: expect.closeTo((0.6 - 0.2) / 2, 6) as number,
  });
  expect(evaluation.details).toEqual({ distance: { worst: [0, 0.6] } });
});

it('goes on from its state', () => {
  const add = (meters: Meters, p: number): void =>
    meters.add({
      ...{ count: 1, probabilities: Float32Array.of(1 - p, p), targets: Float32Array.of(0, 1) },
      losses: Float32Array.of(1),
    });
  const before = new Meters(metrics, TASK);
  add(before, 0.25);
  const after = new Meters(metrics, TASK);
  after.restore(JSON.parse(JSON.stringify(before.state())) as ReturnType<Meters['state']>);
  add(after, 0.75);
  expect(after.results()).toMatchObject({ distance: 0.5, logit_margin: 0 });
  expect(after.details()).toEqual({ distance: { worst: [0, 0.75] } });
});

it('is in the history as it was, and reads back', async () => {
  const history = await historyOfRun();
  const read = parseHistory(historyJson(history));
  expect(read).toEqual(history);
  expect(read.metrics['distance']).toEqual({ better: 'lower', shownAs: 'percent' });
  expect(read.evaluate?.details).toEqual({ distance: { worst: [0, 0.6] } });
  expect(read.epochs[2]?.metrics['val_logit_margin']).toBeNaN();
});

it('has a panel of its own in the chart', async () => {
  const { svg } = learningCurvesChart(await historyOfRun());
  const texts = textsOf(svg);
  expect(texts).toEqual(expect.arrayContaining(['Loss', 'Accuracy', 'Distance', 'Logit margin', '0 %', '-4']));
  expect(texts.filter((text) => text === 'Validation')).toHaveLength(4);
  expect(texts[1]).toMatch(
    /^4 epochs · final evaluation: loss 0\.2500, accuracy 50\.0 %, distance 40\.0 %, logit_margin /,
  );
  expect(svg).not.toContain('NaN');
  expect(svg).toContain('<title>Validation, epoch 4: -2.0000</title>');
});

it('is among the key figures of the page, with its details', async () => {
  const html = await reportHtml({ history: await historyOfRun() });
  for (const figure of [
    '<dt>Evaluation distance</dt><dd>40.0 %</dd>',
    '<dt>Evaluation logit margin</dt><dd>0.2000</dd>',
    '<dt>Best validation distance</dt><dd>5.0 %</dd>',
    '<dt>Best validation logit margin</dt><dd>-0.5000</dd>',
    '<dt>Best validation accuracy</dt><dd>50.0 %</dd>',
    'Details of the evaluation</h2>',
    '{&quot;worst&quot;:[0,0.6]}',
  ])
    expect(html).toContain(figure);
});

it('is told while it runs', async () => {
  const seen: unknown[] = [];
  const progress = {
    update: (_: number, fields: unknown) => seen.push(fields),
    end: (summary: string) => seen.push(summary),
  } as unknown as ProgressSink;
  const callback = trainerProgress(progress, shown);
  const { epochs } = await historyOfRun();
  await callback.onTrainBegin?.({ lastEpoch: 4 } as Run);
  const batch = { phase: 'evaluate' as const, epoch: 0, batch: 1, batches: 1, clips: 2, totalClips: 2 };
  await callback.onBatchEnd?.({ ...batch, metrics: { loss: 1, distance: 0.25, logit_margin: -20000 } });
  await callback.onEpochEnd?.(epochs[0]!, { lastEpoch: 4 } as Run);
  expect(seen).toEqual([
    { loss: '1.0000', distance: '25.0 %', logit_margin: '-20000.0' },
    'Epoch 1/4: loss 1.0000, accuracy 25.0 %, distance 40.0 %, logit_margin -1.0000, ' +
      'val_loss 0.5000, val_accuracy 12.5 %, val_distance 20.0 %, val_logit_margin -0.5000, 1.0 s',
  ]);
});
