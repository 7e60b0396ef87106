import { integerFrom } from '../../../base/ranges';
import { flag, option, type OptionRows } from '../../options/option';
import { pathOption, text } from '../../program/options';
import { duration, saveEvery } from './times';

/** Where a run's results go, how long it is, and what is tried before it. */
export const runRows = {
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
  maxSteps: option(integerFrom(1).exactOptional(), {
    value: '<n>',
    help: 'end after so many training steps, of a run that goes on in all',
    fallback: 'as many as the epochs have',
  }),
  maxTime: option(duration.exactOptional(), {
    value: '<time>',
    help: 'end in order after so long, such as 90s, 30m or 2h; --resume goes on',
    fallback: 'as long as it takes',
  }),
  dryRun: flag('check everything, say what would be trained and written, and end: writes nothing', {
    commandLineOnly: true,
  }),
  fastDevRun: flag('one epoch of two batches, of each phase, validation and the test too: does it all work?'),
  overfit: option(integerFrom(1).exactOptional(), {
    value: '<batches>',
    help: 'train on so many batches, the same in each epoch and in their order, and evaluate on those: can it learn them?',
    fallback: 'off',
  }),
  findLearningRate: flag(
    'train at rates from tiny to large for some 100 steps, say which suits, draw the losses, and end: learns nothing',
    { commandLineOnly: true },
  ),
} satisfies OptionRows;
