import { resolve } from 'node:path';
import { z } from 'zod';
import { integerBetween } from '../../base/ranges';
import { parseSplit } from '../../data/lists/splits/rule';
import type { SplitOptions } from '../../data/lists/video-dataset';
import { flag, onOrOff, option, type OptionRows, type OptionsOf } from '../options/option';
import { pathOption, text } from './options';

const splitRule: z.ZodType<string, string> = text.transform((given, context) => {
  try {
    parseSplit(given);
    return given;
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

/** One of the official lists of UCF101 and HMDB51. */
const fold = integerBetween(1, 3);

const endings: z.ZodType<string[], string | string[]> = z
  .union([z.string(), z.array(z.string())], { error: 'expected endings such as .mp4,.avi' })
  .transform((given) => (typeof given === 'string' ? given.split(/[\s,]+/) : given).filter((ending) => ending !== ''));

/** What a data set is and how it is divided: options of every command that takes one. `defaults`: what holds for all of them where they are absent, such as `the run's`. */
export function dataOptions({ data, defaults, split = 'auto' }: { data: string; defaults?: string; split?: string }) {
  const or = (otherwise: string): string => (defaults === undefined ? otherwise : `${defaults}, else ${otherwise}`);
  return {
    data: pathOption(text.exactOptional(), { value: '<path>', help: data }),
    split: option(splitRule.exactOptional(), {
      value: '<rule>',
      help:
        'auto, folders, listed, ucf101, tutorial, all; the share to train on, such as 0.8; or those of train, validation and test, such as ' +
        '0.7/0.15/0.15',
      fallback: or(split),
    }),
    groupBy: option(text.exactOptional(), {
      value: '<regex>',
      help: "on a video's path below the data set: videos with the same first group, or match, stay in one part",
      fallback: or('none'),
    }),
    fold: option(fold.exactOptional(), {
      value: '<n>',
      help: 'which of the official lists of UCF101 or HMDB51, 1 to 3',
      fallback: or('1'),
    }),
    videos: pathOption(text.exactOptional(), {
      value: '<folder>',
      help: 'that the paths of a list start from',
      fallback: or("the list's own"),
    }),
    extensions: option(endings.exactOptional(), {
      value: '<list>',
      help: 'file endings that count as videos, such as .mp4,.avi',
    }),
    multiLabel: option(onOrOff.exactOptional(), { help: 'a clip may have any number of classes, or none' }),
  } satisfies OptionRows;
}

export type DataOptions = OptionsOf<ReturnType<typeof dataOptions>> & { readonly labels?: string };

/** How an option that names a file of classes is described: a command may have other uses for it. */
export const LABELS_OF_LIST = 'the names of the classes of a list that gives their numbers, one a line';

/** Whether a broken video is an error. */
export const strictOption = flag(
  'a video that is broken, breaks off, or is damaged where its clips are is an error instead of being left out or read over',
);

/** The options as a data set takes them. */
export function splitOptionsFrom(options: DataOptions, seed: number | undefined): SplitOptions {
  const { split, groupBy, fold, videos, labels, extensions, multiLabel } = options;
  return {
    ...(split === undefined ? {} : { split: parseSplit(split) }),
    ...{ seed, groupBy, fold, videos, labels, extensions, multiLabel },
  };
}

/** Those of a data set's options that were given, beside its folder and split, as JSON names them. */
export function dataConfig({
  groupBy,
  fold,
  videos,
  labels,
  extensions,
  multiLabel,
}: SplitOptions): Record<string, string | number | boolean> {
  const given = {
    ...{ groupBy, fold, videos: videos && resolve(videos), labels: labels && resolve(labels) },
    ...{ extensions: extensions?.join(','), multiLabel },
  };
  return Object.fromEntries(
    Object.entries(given).filter((entry): entry is [string, string | number | boolean] => entry[1] !== undefined),
  );
}
