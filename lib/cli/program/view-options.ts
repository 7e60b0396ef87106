import { z } from 'zod';
import type { Described } from '../../base/described';
import { integerBetween } from '../../base/ranges';
import { shown } from '../../base/shown';
import { describeAugmentations } from '../../data/augmentation/parse';
import { option, type OptionRows } from '../options/option';

/** More are no mistake of the model's, but of typing. */
const MOST_CLIPS = 1000;

export const clipsOption = (help: string, fallback = '1') =>
  option(integerBetween(1, MOST_CLIPS).exactOptional(), { value: '<n>', help, fallback });

const oneOrThree: z.ZodType<1 | 3, 1 | 3> = z.literal([1, 3], {
  error: ({ input }) => `expected 1 or 3, got ${shown(input)}`,
});

export const cropsOption = (what: string) =>
  option(oneOrThree.exactOptional(), {
    value: '<n>',
    help: `${what}: 1, the whole frame with padding, or 3, squares at both ends and in the middle of its longer side`,
    fallback: '1',
  });

/** Several clips of each video, whose probabilities are averaged. */
export const viewOptions = {
  clipsPerVideo: clipsOption('clips of each video, evenly spread, whose probabilities are averaged'),
  crops: cropsOption('of each clip'),
} satisfies OptionRows;

/** `42 test clips`, or where each video has several `2 test videos, 9 clips of each`. */
export function describeViews(videos: number, views: number, part = ''): string {
  const of = part === '' ? '' : `${part} `;
  return views > 1 ? `${videos} ${of}videos, ${views} clips of each` : `${videos} ${of}clips`;
}

/** `108 train and 42 test clips`, `12 train and 2 test videos, 9 clips of each of these`. */
export function describeParts(train: PartViews, test: PartViews): string {
  if (train.views === 1)
    return `${train.videos} train and ${describeViews(test.videos, test.views, 'test')}${test.views > 1 ? ' of these' : ''}`;
  return `${describeViews(train.videos, train.views, 'train')}, and ${test.views > 1 ? describeViews(test.videos, test.views, 'test') : `${test.videos} test videos`}`;
}

interface PartViews {
  readonly videos: number;
  /** Clips of each. */
  readonly views: number;
}

/** How many videos a source has, and how many clips of each. */
export function partViews({ clipCount, planner: { views } }: PartSource): PartViews {
  return { videos: clipCount / views, views };
}

interface PartSource {
  readonly clipCount: number;
  readonly planner: { readonly views: number };
}

/** As a data set takes them for evaluation. */
export function evaluationViews({ clipsPerVideo, crops }: Pick<GivenViews, 'clipsPerVideo' | 'crops'>): {
  evaluationClips?: number;
  crops?: 1 | 3;
} {
  return {
    ...(clipsPerVideo === undefined ? {} : { evaluationClips: clipsPerVideo }),
    ...(crops === undefined ? {} : { crops }),
  };
}

/** Of a command's options, those about views that were given. */
export function viewOptionsFrom({ clipsPerVideo, crops }: { clipsPerVideo?: number; crops?: 1 | 3 }): {
  clipsPerVideo?: number;
  crops?: 1 | 3;
} {
  return { ...(clipsPerVideo === undefined ? {} : { clipsPerVideo }), ...(crops === undefined ? {} : { crops }) };
}

interface GivenViews {
  readonly clipsPerVideo?: number;
  readonly evaluationClips?: number;
  readonly crops?: 1 | 3;
  readonly augment?: readonly Described<'augmentation'>[];
}

/** Those that were given, by the names of the options, as JSON names them. */
export function viewConfig({
  clipsPerVideo,
  evaluationClips,
  crops,
  augment,
}: GivenViews): Record<string, string | number> {
  return {
    ...(clipsPerVideo === undefined ? {} : { clipsPerVideo }),
    ...(evaluationClips === undefined ? {} : { evaluationClips }),
    ...(crops === undefined ? {} : { crops }),
    ...(augment === undefined ? {} : { augment: describeAugmentations(augment) }),
  };
}
