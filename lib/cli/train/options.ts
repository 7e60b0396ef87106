import { join } from 'node:path';
import { UsageError } from '../../base/errors';
import { trainResult } from '../json/runs';
import { commandTable, parseCommand } from '../options/command-table';
import { flag } from '../options/option';
import { clipOptions } from '../program/clip-options';
import { dataOptions, LABELS_OF_LIST } from '../program/data-options';
import { isModelPath, weightsOption } from '../program/model-options';
import { commonOptions, gatingActivationOption, pathOption, text } from '../program/options';
import { readingOptions } from '../program/reading-options';
import { runOptions } from '../program/run-options';
import { checkTogether, checkWhole } from './options/at-odds';
import { dataRows } from './options/data-rows';
import { learningRows } from './options/learning-rows';
import { measuringRows } from './options/measuring-rows';
import { runRows } from './options/run-rows';
import { readSavedRun, RUN_FILE } from './saved/saved-run';

/** Absent is what the data decide the default of. */
export const trainTable = commandTable({
  name: 'train',
  result: trainResult,
  description:
    'Fine-tunes a MoViNet video classifier. Without --data and --weights: on a subset of UCF101 with the official weights, ' +
    'or, where these cannot be downloaded, on the embedded sample.',
  examples: [
    ['', 'the tutorial: ten classes of UCF101, or the embedded sample where they cannot be had'],
    ['--data videos --model a0-stream --epochs 5 --out runs/first', 'folders of videos, one a class'],
    [
      '--data videos --model runs/first/model --unfreeze all --learning-rate 1e-4 --out runs/second',
      'goes on from a trained model, with all its stages',
    ],
    ['--resume --out runs/first', 'goes on where a run ended'],
  ],
  options: {
    ...dataOptions({
      data: 'a folder with one sub-folder of videos for each class, or with train/ and test/ folders of such; or a list of videos',
    }),
    labels: pathOption(text.exactOptional(), { value: '<file>', help: LABELS_OF_LIST }),
    sample: flag('the embedded sample: motion clips and a small backbone, no network', {
      replaces: ['data', 'weights'],
    }),
    model: pathOption(text.exactOptional(), {
      value: '<model>',
      help: 'a model id such as a0-base, a0-stream or a0-stream-relu6, or the folder model/ of a run, to go on from: its head too, where it has these classes',
      fallback: 'a0-base',
      isPath: isModelPath,
    }),
    weights: weightsOption('prefix, folder, archive or address of one, or the folder of a model'),
    gatingActivation: gatingActivationOption,
    ...clipOptions({ size: '224', frames: '8', step: '15', short: 'zero' }),
    ...dataRows,
    ...runRows,
    ...learningRows,
    ...measuringRows,
    ...runOptions(),
    ...readingOptions,
    ...commonOptions,
  },
});

/** What the user asked for; absent where the data decide the default. */
export type TrainOptions = ReturnType<typeof parseTrainOptions>;

/**
 * Reads the arguments of `movinet train`; of a run that goes on, over those that its folder keeps. Throws UsageError or CommanderError.
 */
export function parseTrainOptions(argv: readonly string[]) {
  const { options } = parseCommand(trainTable, argv, (typed) => {
    checkTogether(typed);
    if (typed['resume'] !== true) return undefined;
    if (typeof typed['out'] !== 'string')
      throw new UsageError("--resume goes on with the run in a folder: name the run's folder with --out");
    return { file: join(typed['out'], RUN_FILE), values: readSavedRun(typed['out']).options };
  });
  checkTogether(options);
  checkWhole(options);
  return options;
}
