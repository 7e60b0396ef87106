import { type Command, Option } from 'commander';
import { z } from 'zod';
import type { Augmentation } from '../../data/augmentation/augmentation';
import { describeAugmentations } from '../../data/augmentation/parse';
import { integerFrom } from './options';

/** More are no mistake of the model's, but of typing. */
const MOST_CLIPS = 1000;

export const clipsPerVideo = integerFrom(1)
  .refine((count) => count <= MOST_CLIPS, { error: `expected at most ${MOST_CLIPS}` })
  .exactOptional();

/** Several clips of each video, whose probabilities are averaged. */
export const viewOptions = {
  clipsPerVideo,
  crops: z
    .enum(['1', '3'], { error: ({ input }) => `expected 1 or 3, got "${String(input)}"` })
    .transform((text): 1 | 3 => (text === '3' ? 3 : 1))
    .exactOptional(),
};

export function withViewOptions(command: Command): Command {
  return command
    .option(
      '--clips-per-video <n>',
      'clips of each video, evenly spread, whose probabilities are averaged (default: 1)',
    )
    .addOption(cropsOption('of each clip'));
}

export const cropsOption = (what: string): Option =>
  new Option(
    '--crops <n>',
    `${what}: 1, the whole frame with padding, or 3, squares at both ends and in the middle of its longer side (default: 1)`,
  );

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
  readonly augment?: readonly Augmentation[];
}

/** Those that were given, by the names of the options, as JSON names them. */
export function viewConfig({
  clipsPerVideo,
  evaluationClips,
  crops,
  augment,
}: GivenViews): Record<string, string | number> {
  return {
    ...(clipsPerVideo === undefined ? {} : { clips_per_video: clipsPerVideo }),
    ...(evaluationClips === undefined ? {} : { evaluation_clips: evaluationClips }),
    ...(crops === undefined ? {} : { crops }),
    ...(augment === undefined ? {} : { augment: describeAugmentations(augment) }),
  };
}
