import { join } from 'node:path';
import { UsageError } from '../../base/errors';
import { anyInteger, integerFrom, nonNegativeNumber, positiveNumber, shareBelowOne } from '../../base/ranges';
import { BATCH_NORM_MODES } from '../../training/step-graph';
import { commandTable, parseCommand } from '../options/command-table';
import { flag, flagOf, onOrOff, option } from '../options/option';
import { augmentOption } from '../program/augment-option';
import { clipOptions } from '../program/clip-options';
import { dataOptions, LABELS_OF_LIST, strictOption } from '../program/data-options';
import { isModelPath, weightsOption } from '../program/model-options';
import {
  batchSizeOption,
  choice,
  commonOptions,
  decodeThreadsOption,
  gatingActivationOption,
  pathOption,
  text,
} from '../program/options';
import { readingOptions } from '../program/reading-options';
import { runOptions } from '../program/run-options';
import { clipsOption, cropsOption } from '../program/view-options';
import { describedLoss, describedOptimizer, listedCallbacks, listedMetrics, saveEvery } from './described-options';
import { readSavedRun, RUN_FILE } from './saved-run';

/** Absent is what the data decide the default of. */
export const trainTable = commandTable({
  name: 'train',
  description:
    'Fine-tunes a MoViNet video classifier. Without --data and --weights: on a subset of UCF101 with the official weights, ' +
    'or, where these cannot be downloaded, on the embedded sample.',
  options: {
    ...dataOptions({
      data: 'a folder with one sub-folder of videos for each class, or with train/ and test/ folders of such; or a list of videos',
    }),
    ...clipOptions({ size: '224', frames: '8', step: '15', short: 'zero' }),
    ...runOptions(),
    ...readingOptions,
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
    out: pathOption(text.exactOptional(), {
      value: '<folder>',
      help: 'for the results',
      fallback: 'runs/<date and time>',
    }),
    resume: flag('go on with the run in the folder of --out, with its options where they are not given', {
      commandLineOnly: true,
    }),
    overwrite: flag('replace the run in the folder of --out, once all is ready to train', { commandLineOnly: true }),
    saveEvery: option(saveEvery.exactOptional(), {
      value: '<n>',
      help: 'checkpoints between those at the end of each epoch: every n steps, or minutes such as 30m',
      fallback: 'none',
    }),
    keep: option(integerFrom(1).default(3), {
      value: '<n>',
      help: 'how many of the last checkpoints stay, beside the best',
    }),
    epochs: option(integerFrom(1).exactOptional(), {
      value: '<n>',
      help: 'passes over the training clips, of a run that goes on in all',
      fallback: '2',
    }),
    earlyStopping: option(integerFrom(1).exactOptional(), {
      value: '<epochs>',
      help: 'end after so many epochs without an improvement, with the weights of the best',
      fallback: 'off',
    }),
    monitor: option(text.exactOptional(), {
      value: '<metric>',
      help: 'the metric that decides which epoch is the best, such as val_accuracy',
      fallback: 'val_loss, without validation loss',
    }),
    metrics: option(listedMetrics.exactOptional(), {
      value: '<list>',
      help: 'what is measured beside the loss: kinds, or as JSON descriptions',
      fallback: 'accuracy',
    }),
    batchSize: batchSizeOption('clips in a training step'),
    learningRate: option(positiveNumber.exactOptional(), {
      value: '<rate>',
      help: 'of Adam',
      fallback: '0.001',
      replaces: ['optimizer'],
    }),
    schedule: option(choice(['constant', 'cosine']).exactOptional(), {
      value: '<name>',
      help: 'of the learning rate: constant or cosine',
      fallback: 'constant',
      replaces: ['optimizer'],
    }),
    optimizer: option(describedOptimizer.exactOptional(), {
      value: '<json>',
      help: 'a description such as {"kind":"sgd","momentum":0.9}, in place of Adam with a learning rate and a schedule',
      replaces: ['learningRate', 'schedule'],
    }),
    unfreeze: option(text.exactOptional(), {
      value: '<stage>',
      help: 'what learns: head, all, or a stage such as block4 and all after it',
      fallback: 'head',
    }),
    batchNorm: option(choice(BATCH_NORM_MODES).exactOptional(), {
      value: '<mode>',
      help: 'of the stages that learn: frozen keeps the statistics of the weights, train takes those of each batch',
      fallback: 'frozen',
    }),
    dropoutRate: option(shareBelowOne.exactOptional(), {
      value: '<share>',
      help: 'of the hidden units of the head',
      fallback: "0, or the trained model's",
    }),
    stochasticDepthDropRate: option(shareBelowOne.exactOptional(), {
      value: '<rate>',
      help: "at which the last block's branch is left out, earlier ones less",
      fallback: "0, or the trained model's",
    }),
    weightDecay: option(nonNegativeNumber.exactOptional(), {
      value: '<decay>',
      help: 'decay · Σ w² of each kernel that learns is minimised too; the losses shown leave it out',
      fallback: "0, or the trained model's",
    }),
    labelSmoothing: option(shareBelowOne.exactOptional(), {
      value: '<share>',
      help: 'of the target probability, spread over all classes',
      fallback: '0',
      replaces: ['loss'],
    }),
    loss: option(describedLoss.exactOptional(), {
      value: '<json>',
      help: 'a description such as {"kind":"categoricalCrossEntropy","labelSmoothing":0.1}',
      fallback: "cross-entropy of the data set's kind",
      replaces: ['labelSmoothing'],
    }),
    callbacks: option(listedCallbacks.exactOptional(), {
      value: '<json>',
      help: 'a list of descriptions of what else accompanies the run, such as [{"kind":"earlyStopping","monitor":"loss"}]',
      fallback: 'none',
    }),
    clipsPerVideo: clipsOption('random clips of each training video in an epoch'),
    augment: augmentOption('what is changed at random about training clips', 'none'),
    evaluationClips: clipsOption(
      'clips of each validation and test video, evenly spread, whose probabilities are averaged',
    ),
    crops: cropsOption('of each of those'),
    seed: option(anyInteger.default(0), { value: '<n>', help: 'of every random choice' }),
    decodeThreads: decodeThreadsOption,
    strict: strictOption,
    validation: option(onOrOff.default(true), { help: 'do not evaluate after each epoch' }),
    ...commonOptions,
  },
});

/** What the user asked for; absent where the data decide the default. */
export type TrainOptions = ReturnType<typeof parseTrainOptions>;

/**
 * Reads the arguments of `npm run train`; of a run that goes on, over those that its folder keeps. Throws UsageError or CommanderError.
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
  return options;
}

const EXCLUSIVE = [
  ['resume', 'overwrite'],
  ['optimizer', 'learningRate'],
  ['optimizer', 'schedule'],
  ['loss', 'labelSmoothing'],
] as const;

function checkTogether(options: Readonly<Record<string, unknown>>): void {
  const isGiven = (name: string): boolean => options[name] !== undefined && options[name] !== false;
  for (const [one, other] of EXCLUSIVE)
    if (isGiven(one) && isGiven(other))
      throw new UsageError(`${flagOf(one)} and ${flagOf(other)} exclude one another: leave one of them out`);
}
