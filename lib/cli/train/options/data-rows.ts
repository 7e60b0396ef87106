import { anyInteger } from '../../../base/ranges';
import { SAMPLINGS } from '../../../data/epochs/balanced-sampling';
import { flag, onOrOff, option, type OptionRows } from '../../options/option';
import { augmentOption } from '../../program/augment-option';
import { strictOption } from '../../program/data-options';
import { batchSizeOption, choice, decodeThreadsOption, pixelsOption } from '../../program/options';
import { clipsOption, cropsOption } from '../../program/view-options';

/** Which clips of the videos a run sees, and how often. */
export const dataRows = {
  batchSize: batchSizeOption('clips in a training step'),
  pixels: pixelsOption,
  clipsPerVideo: clipsOption('random clips of each training video in an epoch'),
  fixedClips: flag(
    'draw the clips of each training video once, the same in each epoch: with a frozen backbone their features are kept',
  ),
  augment: augmentOption('what is changed at random about training clips', 'none'),
  sampling: option(choice(SAMPLINGS).exactOptional(), {
    value: '<how>',
    help: 'of training clips: natural, each video alike, or balanced, each class alike, rare ones several times',
    fallback: 'natural',
  }),
  evaluationClips: clipsOption(
    'clips of each validation and test video, evenly spread, whose probabilities are averaged',
  ),
  crops: cropsOption('of each of those'),
  seed: option(anyInteger.default(0), { value: '<n>', help: 'of every random choice' }),
  decodeThreads: decodeThreadsOption,
  strict: strictOption,
  featureCache: option(onOrOff.default(true), {
    help: 'compute the features of a frozen backbone anew in each epoch, in place of keeping those of clips that do not change',
  }),
} satisfies OptionRows;
