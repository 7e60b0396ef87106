import { Command } from 'commander';
import { z } from 'zod';
import { parseSplit } from '../data/lists/splits';
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

const text = z.string().min(1, 'expected a value').exactOptional();

const schema = z.object({
  ...commonOptions,
  ...runOptions,
  ...readingOptions,
  data: text,
  split: z
    .string()
    .transform((given) => {
      parseSplit(given);
      return given;
    })
    .exactOptional(),
  sample: z.boolean().default(false),
  model: modelId.exactOptional(),
  weights: text,
  gating,
  out: text,
  epochs: integerFrom(1).exactOptional(),
  size: integerFrom(32).exactOptional(),
  frames: integerFrom(1).exactOptional(),
  frameStep: integerFrom(1).exactOptional(),
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
  decodeThreads: integerFrom(1).exactOptional(),
  strict: z.boolean().default(false),
  validation: z.boolean().default(true),
});

/** What the user asked for; absent where the data decide the default. */
export type TrainOptions = z.output<typeof schema>;

function command(): Command {
  return withReadingOptions(withRunOptions(throwUsageErrors(new Command('train'))))
    .description(
      'Fine-tunes a MoViNet video classifier. Without --data and --weights: on a subset of UCF101 with the official weights, ' +
        'or, where these cannot be downloaded, on the embedded sample.',
    )
    .option('--data <folder>', 'one sub-folder of videos for each class, or train/ and test/ folders of such')
    .option(
      '--split <rule>',
      'auto, folders, ucf101, tutorial, all, or the share to train on, such as 0.8 (default: auto)',
    )
    .option('--sample', 'the embedded sample: motion clips and a small backbone, no network')
    .option('--model <id>', 'such as a0-base, a0-stream or a0-stream-relu6 (default: a0-base)')
    .option(
      '--weights <checkpoint>',
      'prefix, folder, archive or address of one (default: kinetics600, the official weights)',
    )
    .addOption(gatingOption())
    .option('--out <folder>', 'for the results (default: runs/<date and time>)')
    .option('--epochs <n>', 'passes over the training clips (default: 2)')
    .option('--size <pixels>', 'width and height of a clip (default: 224)')
    .option('--frames <n>', 'frames of a clip (default: 8)')
    .option('--frame-step <n>', 'distance of neighbouring frames of a clip in the video (default: 15)')
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
    .option('--seed <n>', 'of every random choice (default: 0)')
    .option('--decode-threads <n>', 'that decode videos (default: one for each processor)')
    .option('--strict', 'a broken video is an error instead of being left out')
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
