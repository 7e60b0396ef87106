import { integerBetween, numberBetween } from '../../base/ranges';
import { MOST_PIXELS, PICTURE_RATES } from '../../data/frame-options';
import type { ReadingOptions } from '../../native/video';
import { flag, option, type OptionRows, type OptionsOf } from '../options/option';

/** What may be read and how frames are shown: options of every command that reads videos. */
export const readingOptions = {
  pixelAspect: flag('stretch frames whose pixels are not square to the shape they are meant to have'),
  allowPlaylists: flag('a file may name others that are read in its place: HLS, DASH, lists of pictures'),
  maxPixels: option(integerBetween(1, MOST_PIXELS).exactOptional(), {
    value: '<n>',
    help: 'frames of more pixels are refused',
    fallback: `${MOST_PIXELS}, 8192 × 8192, which is the most`,
  }),
  pictureRate: option(numberBetween(PICTURE_RATES.min, PICTURE_RATES.max).exactOptional(), {
    value: '<rate>',
    help: 'frames a second of folders of pictures, which have no times',
    fallback: 'unknown',
  }),
} satisfies OptionRows;

export type GivenReadingOptions = OptionsOf<typeof readingOptions>;

/** The options as the addon takes them. */
export function readingFrom(options: GivenReadingOptions): ReadingOptions {
  const { pixelAspect, allowPlaylists, maxPixels, pictureRate } = options;
  return {
    ...{ pixelAspect, allowPlaylists },
    ...(maxPixels === undefined ? {} : { maxPixels }),
    ...(pictureRate === undefined ? {} : { pictureRate }),
  };
}
