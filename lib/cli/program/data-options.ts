import { resolve } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { parseSplit } from '../../data/lists/splits/rule';
import type { SplitOptions } from '../../data/lists/video-dataset';
import { integerFrom } from './options';

const text = z.string().min(1, 'expected a value').exactOptional();

/** What a data set is and how it is divided: options of every command that takes one. */
export const dataOptions = {
  data: text,
  split: z
    .string()
    .transform((given) => {
      parseSplit(given);
      return given;
    })
    .exactOptional(),
  groupBy: text,
  fold: integerFrom(1)
    .refine((fold) => fold <= 3, { error: ({ input }) => `expected 1, 2 or 3, got ${String(input)}` })
    .exactOptional(),
  videos: text,
  labels: text,
  extensions: z
    .string()
    .transform((given) => given.split(/[\s,]+/).filter((ending) => ending !== ''))
    .exactOptional(),
  multiLabel: z.boolean().exactOptional(),
};

export type DataOptions = z.output<z.ZodObject<typeof dataOptions>>;

/** `defaults`: what holds for all of them where they are absent, such as `the run's`. */
export function withDataOptions(
  command: Command,
  { data, defaults, split = 'auto' }: { data: string; defaults?: string; split?: string },
): Command {
  const or = (otherwise: string): string =>
    `(default: ${defaults === undefined ? '' : `${defaults}, else `}${otherwise})`;
  return command
    .option('--data <path>', data)
    .option(
      '--split <rule>',
      'auto, folders, listed, ucf101, tutorial, all; the share to train on, such as 0.8; or those of train, validation and test, such as ' +
        `0.7/0.15/0.15 ${or(split)}`,
    )
    .option(
      '--group-by <regex>',
      `on a video's path below the data set: videos with the same first group, or match, stay in one part ${or('none')}`,
    )
    .option('--fold <n>', `which of the official lists of UCF101 or HMDB51, 1 to 3 ${or('1')}`)
    .option('--videos <folder>', `that the paths of a list start from ${or("the list's own")}`)
    .option('--extensions <list>', 'file endings that count as videos, such as .mp4,.avi')
    .option('--multi-label', 'a clip may have any number of classes, or none');
}

/** How an option that names a file of classes is described: a command may have other uses for it. */
export const LABELS_OF_LIST = 'the names of the classes of a list that gives their numbers, one a line';

/** How the option of that name is described. */
export const STRICT =
  'a video that is broken, breaks off, or is damaged where its clips are is an error instead of being left out or read over';

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
    ...{ group_by: groupBy, fold, videos: videos && resolve(videos), labels: labels && resolve(labels) },
    ...{ extensions: extensions?.join(','), multi_label: multiLabel },
  };
  return Object.fromEntries(
    Object.entries(given).filter((entry): entry is [string, string | number | boolean] => entry[1] !== undefined),
  );
}
