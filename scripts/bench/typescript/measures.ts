import { join } from 'node:path';
import { derive } from '../../../lib/base/random';
import { singleLabel } from '../../../lib/base/task';
import { readCheckpointIndex } from '../../../lib/formats/checkpoint-index';
import { writeWeights } from '../../../lib/formats/weights-bundle';
import { chosenMetrics, Meters } from '../../../lib/metrics/meters';
import { shownMetrics } from '../../../lib/metrics/shown';
import { reportHtml } from '../../../lib/report/page/html';
import { evaluationResults } from '../../../lib/report/results';
import { randomModel } from '../model/export-graphs';
import type { ScriptBenchmark } from './benchmark';

const CLASSES = Array.from({ length: 101 }, (_, i) => `class${i}`);
const TASK = singleLabel(CLASSES);
const CLIPS = 4_000;
const BATCH = 8;
const EPOCHS = 100;
const METRICS = ['accuracy', 'topK', 'f1', 'confusionMatrix', 'expectedCalibrationError'];

/** Numbers that are the same in each run. */
function numbers(count: number): Float32Array {
  const random = derive(0, 'benchmark');
  return Float32Array.from({ length: count }, () => random.float());
}

/** An evaluation's metrics, from logits to numbers. */
const meters: ScriptBenchmark = {
  name: `Meters/clips:${CLIPS}/classes:${CLASSES.length}`,
  open: () => {
    const outcome = { logits: numbers(BATCH * CLASSES.length), losses: numbers(BATCH) };
    const targets = new Float32Array(BATCH * CLASSES.length);
    for (let i = 0; i < BATCH; i++) targets[i * CLASSES.length + i] = 1;
    const metrics = chosenMetrics(METRICS, TASK);
    const run = async (): Promise<unknown> => {
      const all = new Meters(metrics, TASK);
      for (let i = 0; i < CLIPS; i += BATCH) all.addOutcome(outcome, targets);
      await all.finish();
      return all.results();
    };
    return Promise.resolve({ run, rate: { count: CLIPS, unit: 'clips' } });
  },
};

/** The page of a run of a hundred epochs, its evaluation worked out. */
const report: ScriptBenchmark = {
  name: `ReportPage/clips:${CLIPS}/epochs:${EPOCHS}`,
  open: () => {
    const random = derive(1, 'benchmark');
    const clips = Array.from({ length: CLIPS }, (_, index) => {
      const probabilities = Float32Array.from(CLASSES, () => random.float() / CLASSES.length);
      return { file: `/videos/${index}.avi`, index, target: [index % CLASSES.length], probabilities };
    });
    const epochs = Array.from({ length: EPOCHS }, (_, i) => ({
      ...{ epoch: i + 1, step: 500 * (i + 1), seconds: 60 },
      metrics: { loss: 4 / (i + 1), accuracy: i / EPOCHS, val_loss: 5 / (i + 1), val_accuracy: i / EPOCHS },
    }));
    const history = { epochs, metrics: shownMetrics(chosenMetrics()), classes: CLASSES, config: {} };
    const run = async (): Promise<string> => reportHtml({ history, ...(await evaluationResults({ clips }, TASK)) });
    return Promise.resolve({ run, rate: { count: 1, unit: 'pages' } });
  },
};

/** Names, shapes and places of a checkpoint's tensors, without their numbers. */
const checkpoint: ScriptBenchmark = {
  name: 'ReadCheckpointIndex/a2-base',
  open: async ({ addon, folder }) => {
    const prefix = join(folder, 'weights');
    const { weights } = randomModel('a2-base');
    await writeWeights(addon, prefix, weights);
    return { run: () => readCheckpointIndex(prefix), rate: { count: weights.paths().length, unit: 'tensors' } };
  },
};

/** What comes after a step. */
export const measureBenchmarks: readonly ScriptBenchmark[] = [meters, report, checkpoint];
