import type { Command } from 'commander';
import { z } from 'zod';
import type { ReadingOptions } from '../../native/video';
import { integerFrom, positiveNumber } from './options';

/** 8192 × 8192, which is also the most. */
const MOST_PIXELS = 2 ** 26;

/** What may be read and how frames are shown: options of every command that reads videos. */
export const readingOptions = {
  pixelAspect: z.boolean().default(false),
  allowPlaylists: z.boolean().default(false),
  maxPixels: integerFrom(1)
    .refine((value) => value <= MOST_PIXELS, {
      error: ({ input }) => `expected at most ${MOST_PIXELS} pixels, got ${String(input)}`,
    })
    .exactOptional(),
  pictureRate: positiveNumber
    .refine((value) => value >= 0.001 && value <= 1_000_000, {
      error: 'expected frames a second, from 0.001 to 1000000',
    })
    .exactOptional(),
};

export type GivenReadingOptions = z.output<z.ZodObject<typeof readingOptions>>;

export function withReadingOptions(command: Command): Command {
  return command
    .option('--pixel-aspect', 'stretch frames whose pixels are not square to the shape they are meant to have')
    .option('--allow-playlists', 'a file may name others that are read in its place: HLS, DASH, lists of pictures')
    .option('--max-pixels <n>', `frames of more pixels are refused (default and most: ${MOST_PIXELS}, 8192 × 8192)`)
    .option('--picture-rate <rate>', 'frames a second of folders of pictures, which have no times (default: unknown)');
}

/** The options as the addon takes them. */
export function readingFrom(options: GivenReadingOptions): ReadingOptions {
  const { pixelAspect, allowPlaylists, maxPixels, pictureRate } = options;
  return {
    ...{ pixelAspect, allowPlaylists },
    ...(maxPixels === undefined ? {} : { maxPixels }),
    ...(pictureRate === undefined ? {} : { pictureRate }),
  };
}
