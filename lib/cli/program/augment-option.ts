import { Option } from 'commander';
import { z } from 'zod';
import { UsageError } from '../../base/errors';
import { AUGMENTATION_WORDS, parseAugmentations } from '../../data/augmentation/parse';

/** What is changed at random about training clips. */
export const augmentation = z
  .string()
  .transform((text, context) => {
    try {
      return parseAugmentations(text);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  })
  .exactOptional();

/** `what`: what the option is for. */
export const augmentOption = (what: string): Option =>
  new Option('--augment <list>', `${what}: ${AUGMENTATION_WORDS}, such as crop,flip=0.5,speed=0.8..1.25`);
