import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError, UsageError } from '../../../base/errors';
import { type DatasetRecord, recordOf } from '../../../data/lists/record/dataset-record';
import { parseHistory } from '../../../metrics/history/history';
import { isModelFolder } from '../../../model/model-folder';
import type { Addon } from '../../../native/addon';
import { type LoadedSnapshot, RunStore } from '../../../training/store/run-store';
import { flagOf } from '../../options/option';
import type { ProgressSink } from '../../terminal/progress-sink';
import { CHECKPOINTS, MODEL } from './earlier-run';
import type { LearningPlan } from '../learning/plan';
import { trainTable, type TrainOptions } from '../options';
import { optionsToSave, readSavedRun, RUN_FILE, type SavedRun } from './saved-run';

/** A run to go on with, as its folder has it. */
export interface ResumedRun {
  readonly saved: SavedRun;
  /** What it is trained on; absent where the options name other data, or its folder has no record. */
  readonly record: DatasetRecord | undefined;
}

const OF_THE_DATA = ['data', 'split', 'groupBy', 'fold', 'videos', 'labels', 'extensions', 'multiLabel'] as const;
const OF_THE_PLAN = [
  ...['optimizer', 'learningRate', 'schedule', 'warmupSteps', 'warmupEpochs'],
  ...['accumulate', 'frozenEpochs', 'stagesPerEpoch', 'unfreeze', 'stageRates'],
] as const;

/** Undefined for a run that begins. Throws UsageError, DatasetError. */
export async function findResumedRun(options: TrainOptions): Promise<ResumedRun | undefined> {
  const { resume, out } = options;
  if (!resume || out === undefined) return undefined;
  const saved = readSavedRun(out);
  return { saved, record: areSaved(OF_THE_DATA, options, saved) ? await recordOf(out) : undefined };
}

/** What the run was begun with, as long as it was to be then, unless the options have another optimizer or other phases. */
export function savedPlan({ saved }: ResumedRun, options: TrainOptions): LearningPlan | undefined {
  if (!areSaved(OF_THE_PLAN, options, saved)) return undefined;
  const { optimizer, phases } = saved;
  return { optimizer, ...(phases === undefined ? {} : { phases }) };
}

function areSaved(names: readonly string[], options: TrainOptions, saved: SavedRun): boolean {
  const present = optionsToSave(trainTable.options, options);
  return names.every((name) => JSON.stringify(present[name]) === JSON.stringify(saved.options[name]));
}

/** The last whole checkpoint, with a warning of each that was passed over; undefined where there is none yet. Throws {@link CheckpointError} where all are damaged. */
export async function lastCheckpoint(
  out: string,
  folder: string,
  { addon, progress }: { readonly addon: Addon; readonly progress: ProgressSink },
): Promise<LoadedSnapshot | undefined> {
  const store = new RunStore(folder, { addon });
  const found = await store.latest().catch((error: unknown) => {
    if (!(error instanceof CheckpointError)) throw error;
    throw new CheckpointError(`${error.message}. The run can be begun anew with --overwrite`, { cause: error });
  });
  for (const { path, reason } of found?.passedOver ?? [])
    progress.warn(`The checkpoint ${path} is passed over: ${reason}`);
  const options = `with the options of ${out}/${RUN_FILE}; a configuration file is set aside`;
  if (found === undefined) {
    if (await hasLearned(out))
      throw new CheckpointError(
        `${out} holds what a run has learned, and no checkpoint in ${CHECKPOINTS}/ to go on from: --model ${out}/model begins another run where that one ended, --overwrite begins it anew`,
      );
    progress.line(`${out} has no checkpoint in ${CHECKPOINTS}/ yet: its run starts from the beginning, ${options}`);
    return undefined;
  }
  const { epoch, step } = found.snapshot.state;
  progress.line(`Going on from ${found.path}, after ${epoch} whole epochs and ${step} steps, ${options}`);
  return found;
}

/** Whether the folder has the history of a whole epoch, or a model. */
async function hasLearned(out: string): Promise<boolean> {
  if (await isModelFolder(join(out, MODEL))) return true;
  const text = await readFile(join(out, 'history.json'), 'utf8').catch(() => undefined);
  return text !== undefined && parseHistory(text).epochs.length > 0;
}

/** What a run's configuration has by other names than the options that it follows from. */
const OPTIONS_OF: Readonly<Record<string, string>> = {
  every: 'frameStep',
  frozen: 'weights',
  id: 'model',
  list: 'data',
  classes: 'data',
  phases: 'frozenEpochs',
  weightAverage: 'ema',
  gradientTransforms: 'clipNorm',
};

/** `--batch-size (source.batchSize)` for the path of a difference; the path alone where no option is behind it. */
function named(path: string): string {
  const option = path
    .split('.')
    .reverse()
    .map((part) => OPTIONS_OF[part] ?? part)
    .find((part) => Object.hasOwn(trainTable.options, part));
  return option === undefined ? path : `${flagOf(option)} (${path})`;
}

/** An error in going on with a run, for a user of the command: where another configuration was refused, with the flags that differ. */
export function withFlagsOfDifferences(error: unknown): unknown {
  if (!(error instanceof UsageError) || !error.message.startsWith('The run to go on from is another one: '))
    return error;
  if (/[:;] source\.(videos|list) was /.test(error.message))
    return new UsageError(
      'The videos to train on are not those that the run began with: put back what is missing or was changed (see the warnings above), or begin another run in another folder',
      { cause: error },
    );
  const message = error.message.replace(/(?<=[:;] )([\w.]+) was /g, (_, path: string) => `${named(path)} was `);
  return new UsageError(`${message}. Leave those options out, or begin another run in another folder`, {
    cause: error,
  });
}
