import type { Command } from 'commander';
import { z } from 'zod';
import type { ReadingOptions } from '../../native/video';
import { integerFrom } from './options';

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
};

export type GivenReadingOptions = z.output<z.ZodObject<typeof readingOptions>>;

export function withReadingOptions(command: Command): Command {
  return command
    .option('--pixel-aspect', 'stretch frames whose pixels are not square to the shape they are meant to have')
    .option('--allow-playlists', 'a file may name others that are read in its place: HLS, DASH, lists of pictures')
    .option('--max-pixels <n>', `frames of more pixels are refused (default and most: ${MOST_PIXELS}, 8192 × 8192)`);
}

/** The options as the addon takes them. */
export function readingFrom({ pixelAspect, allowPlaylists, maxPixels }: GivenReadingOptions): ReadingOptions {
  return { pixelAspect, allowPlaylists, ...(maxPixels === undefined ? {} : { maxPixels }) };
}
