import { z } from 'zod';
import { integerFrom, nonNegativeNumber, positiveNumber, shareBelowOne } from '../../../base/ranges';
import { shown } from '../../../base/shown';
import { BATCH_NORM_MODES } from '../../../training/step/step-graph';
import { option, type OptionRows } from '../../options/option';
import { choice, text } from '../../program/options';
import { statesRate } from '../learning/schedule';
import { chosenLoss, chosenOptimizer, chosenSchedule, classWeights, onPlateau, stageRates } from './described';

/** A switch, or its number. */
const momentum: z.ZodType<true | number, true | number> = z.union([z.literal(true), shareBelowOne], {
  error: ({ input }) => `expected a number from 0 up to, not including, 1, got ${shown(input)}`,
});

const clipping = (help: string, others: readonly string[]) =>
  option(positiveNumber.exactOptional(), { value: '<most>', help, fallback: 'off', replaces: others });

/** What a file has as an optimizer or a schedule is set aside by a rate of the command line only where it says the rate itself. */
const ofRate = (file: Readonly<Record<string, unknown>>): readonly string[] =>
  ['optimizer', 'schedule'].filter((name) => statesRate(file[name]));

/** How numbers learn. */
export const learningRows = {
  optimizer: option(chosenOptimizer.exactOptional(), {
    value: '<kind>',
    help: 'adam, adamW, sgd, rmsprop …, or a description such as {"kind":"sgd","momentum":0.9}',
    fallback: 'adam',
    replaces: ['learningRate', 'schedule', 'warmupSteps', 'warmupEpochs'],
  }),
  learningRate: option(positiveNumber.exactOptional(), {
    value: '<rate>',
    help: 'of the optimizer, at its highest',
    fallback: "0.001; of an optimizer that is named, the kind's own",
    replaces: ofRate,
  }),
  schedule: option(chosenSchedule.exactOptional(), {
    value: '<name>',
    help: 'how the learning rate goes on over the run: constant, cosine, step, exponential, polynomial, or a description such as {"kind":"cosineDecay","alpha":0.01}',
    fallback: 'constant',
    replaces: ofRate,
  }),
  warmupSteps: option(integerFrom(1).exactOptional(), {
    value: '<n>',
    help: 'training steps in which the learning rate rises to its highest first',
    fallback: 'none',
    replaces: ['warmupEpochs'],
  }),
  warmupEpochs: option(positiveNumber.exactOptional(), {
    value: '<n>',
    help: 'the same in epochs, parts of one too',
    fallback: 'none',
    replaces: ['warmupSteps'],
  }),
  reduceOnPlateau: option(onPlateau.exactOptional(), {
    value: '<epochs>',
    help: 'a tenth of the learning rate after so many epochs without an improvement; or options such as {"patience":3,"factor":0.5}',
    fallback: 'off',
  }),
  accumulate: option(integerFrom(1).exactOptional(), {
    value: '<n>',
    help: 'batches whose gradients make one training step, as one of all their clips would',
    fallback: '1',
  }),
  clipNorm: clipping("each variable's gradient is scaled down to this norm", ['clipGlobalNorm', 'clipValue']),
  clipGlobalNorm: clipping('all gradients together are scaled down to this norm', ['clipNorm', 'clipValue']),
  clipValue: clipping("each of the gradients' numbers is cut off at this size", ['clipNorm', 'clipGlobalNorm']),
  ema: option(momentum.exactOptional(), {
    value: '[momentum]',
    help: 'evaluate and keep the exponential moving average of the weights, of momentum 0.99 where none is given',
    fallback: 'off',
  }),
  unfreeze: option(text.exactOptional(), {
    value: '<stage>',
    help: 'what learns: head, all, or a stage such as block4 and all after it',
    fallback: 'head; all with --frozen-epochs',
  }),
  frozenEpochs: option(integerFrom(1).exactOptional(), {
    value: '<n>',
    help: 'of the epochs, the first in which the head alone learns; then the stages of --unfreeze do too',
    fallback: 'none',
  }),
  stagesPerEpoch: option(integerFrom(1).exactOptional(), {
    value: '<n>',
    help: 'after --frozen-epochs: stages that are added in each epoch, from the top',
    fallback: 'all at once',
  }),
  stageRates: option(stageRates.exactOptional(), {
    value: '<factor>',
    help: 'learning rate of each stage as a share of that above it, such as 0.7; or factors by stages, such as {"block4":0.1}',
    fallback: '1; with --frozen-epochs such that the lowest stage has a hundredth',
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
    help: 'decay · Σ w² of each kernel that learns is minimised too; the losses shown leave it out. The decoupled one is the optimizer\'s: {"kind":"adamW","weightDecay":0.004}',
    fallback: "0, or the trained model's",
  }),
  loss: option(chosenLoss.exactOptional(), {
    value: '<kind>',
    help: 'a kind, or a description such as {"kind":"categoricalCrossEntropy","labelSmoothing":0.1}',
    fallback: "cross-entropy of the data set's kind",
    replaces: ['labelSmoothing'],
  }),
  labelSmoothing: option(shareBelowOne.exactOptional(), {
    value: '<share>',
    help: 'of the target probability, spread over all classes',
    fallback: '0',
    replaces: ['loss'],
  }),
  classWeights: option(classWeights.exactOptional(), {
    value: '<weights>',
    help: 'factors of the losses: balanced, so that each class counts alike, or by classes, such as {"fall":5}',
    fallback: '1 each',
  }),
} satisfies OptionRows;
