import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listVideoDataset } from '../data/lists/video-dataset';
import { FolderLock } from '../io/guard/folder-lock';
import { checkMetrics, chosenMetrics } from '../metrics/meters';
import { loadAddon } from '../native/addon';
import { resolveClassWeights } from '../training/class-weights';
import { openProgress } from './program/options';
import { listenForInterrupt } from './program/interrupt';
import { withResultsFolder } from './program/results';
import { checkEarly } from './train/early-checks';
import { checkOverwrite, refuseEarlierRun } from './train/saved/earlier-run';
import { findTrainedModel } from './train/inputs';
import { monitorOf } from './train/learning/choices';
import { splitOf } from './train/open-training';
import { parseTrainOptions, type TrainOptions } from './train/options';
import type { Found, RunContext } from './train/prepare';
import { findResumedRun } from './train/saved/resume';
import { TrainingRun } from './train/training-run';
import { dryRun } from './train/trial/dry-run';
import { findRate } from './train/trial/find-rate';

/** `movinet train`: fine-tunes a classifier and writes its results into a folder. */
export async function train(argv: readonly string[]): Promise<void> {
  const { configuration, ...options } = parseTrainOptions(argv);
  const { resume } = options;
  const metrics = chosenMetrics(options.metrics);
  const monitor = monitorOf(options, metrics);
  const found = await findBefore(options);
  if (found.listed) {
    checkMetrics(metrics, found.listed.task);
    // Balanced ones suit any classes.
    if (typeof options.classWeights === 'object') resolveClassWeights(options.classWeights, found.listed.task, {});
  }
  const progress = openProgress({ ...options, ...(configuration && !resume ? { configuration } : {}) });
  using interrupt = listenForInterrupt((text) => progress.line(text));
  const { signal } = interrupt;
  const context: RunContext = { options, addon: loadAddon(), progress, signal, metrics, monitor };
  if (options.dryRun) await dryRun(context, found);
  else if (options.findLearningRate) await findRate(context, found);
  else await trainIn(placeOf(options), context, found);
  if (interrupt.status !== undefined) process.exitCode = interrupt.status;
}

/** What is there already. Throws for all that can be seen to be wrong before anything is fetched or read at length. */
async function findBefore(options: TrainOptions): Promise<Found> {
  const { out, resume, overwrite, findLearningRate } = options;
  if (out !== undefined && !resume && !overwrite && !findLearningRate) await refuseEarlierRun(out);
  if (out !== undefined && overwrite) await checkOverwrite(out, [options.model, options.weights]);
  const resumed = await findResumedRun(options);
  const trained = await findTrainedModel(options);
  await checkEarly(options, trained);
  // A mistyped folder shows now, not after the weights have been fetched.
  const listed =
    options.data === undefined || resumed?.record !== undefined
      ? undefined
      : await listVideoDataset(options.data, splitOf(options, options.split, trained));
  return { resumed, trained, listed };
}

/** Nobody looks for a trial among runs. */
function placeOf({ out, fastDevRun }: TrainOptions): string | undefined {
  return out ?? (fastDevRun ? join(tmpdir(), `movinet-fast-dev-run-${Date.now()}-${process.pid}`) : undefined);
}

async function trainIn(place: string | undefined, context: RunContext, found: Found): Promise<void> {
  await withResultsFolder(place, async (folder) => {
    const lock = await FolderLock.take(folder.path);
    try {
      await new TrainingRun(context, folder).run(found);
    } finally {
      await lock.release();
    }
  });
}
