import { z } from 'zod';
import { UsageError } from '../../base/errors';
import { shown } from '../../base/shown';
import type { Described } from '../../base/described';
import { augmentations as kinds } from '../../data/augmentation/augmentations';
import { checkAugmentations } from '../../data/augmentation/draw';
import { AUGMENTATION_WORDS, parseAugmentations } from '../../data/augmentation/parse';
import { option, type OptionRow, readBy } from '../options/option';

/** The short form, or described values. */
function read(given: unknown): readonly Described<'augmentation'>[] {
  if (typeof given === 'string') return parseAugmentations(given);
  if (Array.isArray(given)) return checkAugmentations(given as Described<'augmentation'>[]);
  throw new UsageError(`expected a text, or a list of augmentations, got ${shown(given)}`);
}

const augmentations = readBy(read, z.union([z.string(), z.array(kinds.schema())]));

/** What is changed at random about training clips. `what`: what the option is for. */
export const augmentOption = (
  what: string,
  fallback?: string,
): OptionRow<z.ZodExactOptional<z.ZodType<readonly Described<'augmentation'>[]>>> =>
  option(augmentations.exactOptional(), {
    value: '<list>',
    help: `${what}: ${AUGMENTATION_WORDS}, such as crop,flip=0.5,speed=0.8..1.25`,
    ...(fallback === undefined ? {} : { fallback }),
  });
