import { Command } from 'commander';
import { z } from 'zod';
import { augmentation, augmentOption } from './program/augment-option';
import { clipOptions, withClipOptions } from './program/clip-options';
import { dataOptions, LABELS_OF_LIST, STRICT, withDataOptions } from './program/data-options';
import { throwUsageErrors } from './program/failure';
import {
  anyInteger,
  checkOptions,
  commonOptions,
  gating,
  gatingOption,
  integerFrom,
  jsonOption,
  modelId,
  nonNegativeNumber,
  positiveNumber,
  quietOption,
  shareBelowOne,
  verboseOption,
} from './program/options';
import { readingOptions, withReadingOptions } from './program/reading-options';
import { runOptions, withRunOptions } from './program/run-options';
import { clipsPerVideo, cropsOption, viewOptions } from './program/view-options';

const text = z.string().min(1, 'expected a value').exactOptional();

const schema = z.object({
  ...commonOptions,
  ...runOptions,
  ...readingOptions,
  ...clipOptions,
  ...dataOptions,
  sample: z.boolean().default(false),
  model: modelId.exactOptional(),
  weights: text,
  gating,
  out: text,
  epochs: integerFrom(1).exactOptional(),
  batchSize: integerFrom(1).exactOptional(),
  learningRate: positiveNumber.exactOptional(),
  schedule: z
    .enum(['constant', 'cosine'], { error: ({ input }) => `expected constant or cosine, got "${String(input)}"` })
    .exactOptional(),
  unfreeze: text,
  seed: anyInteger.default(0),
  dropout: shareBelowOne.default(0),
  stochasticDepth: shareBelowOne.default(0),
  weightDecay: nonNegativeNumber.default(0),
  labelSmoothing: shareBelowOne.default(0),
  ...viewOptions,
  evaluationClips: clipsPerVideo,
  augment: augmentation,
  decodeThreads: integerFrom(1).exactOptional(),
  strict: z.boolean().default(false),
  validation: z.boolean().default(true),
});

/** What the user asked for; absent where the data decide the default. */
export type TrainOptions = z.output<typeof schema>;

function command(): Command {
  const program = withDataOptions(throwUsageErrors(new Command('train')), {
    data: 'a folder with one sub-folder of videos for each class, or with train/ and test/ folders of such; or a list of videos',
  });
  return withReadingOptions(
    withRunOptions(withClipOptions(program, { size: '224', frames: '8', step: '15', short: 'zero' })),
  )
    .description(
      'Fine-tunes a MoViNet video classifier. Without --data and --weights: on a subset of UCF101 with the official weights, ' +
        'or, where these cannot be downloaded, on the embedded sample.',
    )
    .option('--labels <file>', LABELS_OF_LIST)
    .option('--sample', 'the embedded sample: motion clips and a small backbone, no network')
    .option('--model <id>', 'such as a0-base, a0-stream or a0-stream-relu6 (default: a0-base)')
    .option(
      '--weights <checkpoint>',
      'prefix, folder, archive or address of one (default: kinetics600, the official weights)',
    )
    .addOption(gatingOption())
    .option('--out <folder>', 'for the results (default: runs/<date and time>)')
    .option('--epochs <n>', 'passes over the training clips (default: 2)')
    .option('--batch-size <n>', 'clips in a training step (default: 8)')
    .option('--learning-rate <rate>', 'of Adam (default: 0.001)')
    .option('--schedule <name>', 'of the learning rate: constant or cosine (default: constant)')
    .option('--unfreeze <stage>', 'what learns: head, all, or a stage such as block4 and all after it (default: head)')
    .option('--dropout <share>', 'of the hidden units of the head (default: 0)')
    .option('--stochastic-depth <rate>', "at which the last block's branch is left out, earlier ones less (default: 0)")
    .option(
      '--weight-decay <decay>',
      'decay · Σ w² of each kernel that learns is minimised too; the losses shown leave it out (default: 0)',
    )
    .option('--label-smoothing <share>', 'of the target probability, spread over all classes (default: 0)')
    .option('--clips-per-video <n>', 'random clips of each training video in an epoch (default: 1)')
    .addOption(augmentOption('what is changed at random about training clips (default: none)'))
    .option(
      '--evaluation-clips <n>',
      'clips of each validation and test video, evenly spread, whose probabilities are averaged (default: 1)',
    )
    .addOption(cropsOption('of each of those'))
    .option('--seed <n>', 'of every random choice (default: 0)')
    .option('--decode-threads <n>', 'that decode videos (default: one for each processor)')
    .option('--strict', STRICT)
    .option('--no-validation', 'do not evaluate after each epoch')
    .addOption(jsonOption())
    .addOption(quietOption())
    .addOption(verboseOption());
}

/** Reads the arguments of `npm run train`. Throws UsageError or CommanderError. */
export function parseTrainOptions(argv: readonly string[]): TrainOptions {
  const program = command().parse([...argv], { from: 'user' });
  return checkOptions(schema, program.opts());
}
