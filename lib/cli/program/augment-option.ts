import { z } from 'zod';
import { UsageError } from '../../base/errors';
import { shown } from '../../base/shown';
import type { Described } from '../../base/described';
import { augmentations as kinds } from '../../data/augmentation/augmentations';
import { checkAugmentations } from '../../data/augmentation/draw';
import { AUGMENTATION_WORDS, parseAugmentations } from '../../data/augmentation/parse';
import { option, type OptionRow, valueSchema } from '../options/option';

/** The short form, or described values. */
type Given = string | Described<'augmentation'>[];

function read(given: unknown): readonly Described<'augmentation'>[] {
  if (typeof given === 'string') return parseAugmentations(given);
  if (Array.isArray(given)) return checkAugmentations(given as Described<'augmentation'>[]);
  throw new UsageError(`expected a text, or a list of augmentations, got ${shown(given)}`);
}

const augmentations = z
  .unknown()
  .transform((given, context) => {
    try {
      return read(given);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  })
  .meta({ anyOf: [{ type: 'string' }, valueSchema(z.array(kinds.schema()))] }) as unknown as z.ZodType<
  readonly Described<'augmentation'>[],
  Given
>;

/** What is changed at random about training clips. `what`: what the option is for. */
export const augmentOption = (
  what: string,
  fallback?: string,
): OptionRow<z.ZodExactOptional<z.ZodType<readonly Described<'augmentation'>[], Given>>> =>
  option(augmentations.exactOptional(), {
    value: '<list>',
    help: `${what}: ${AUGMENTATION_WORDS}, such as crop,flip=0.5,speed=0.8..1.25`,
    ...(fallback === undefined ? {} : { fallback }),
  });
