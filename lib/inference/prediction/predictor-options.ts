import { z } from 'zod';
import { checkOptions, type OptionShape } from '../../base/check-options';
import {
  clipSpec,
  clipSpecSchema,
  type ClipSpec,
  PIXEL_TYPES,
  type PixelType,
  SHORT_VIDEOS,
  type ShortVideos,
} from '../../base/clip';
import { UsageError } from '../../base/errors';
import { anything, integer, oneOf, value } from '../../base/option-kinds';
import { readingSchema } from '../../data/frame-options';
import { defaultThreads, MOST_DECODE_THREADS } from '../../data/video/video-indexer';
import type { MovinetModel } from '../../model/movinet-model';
import type { Addon } from '../../native/addon';
import type { ReadingOptions } from '../../native/video';
import { type SessionConfig, sessionSchema } from '../../runtime/session-config';

export interface PredictorOptions {
  /** Default: the clips that the model was trained on. */
  readonly clip?: MovinetModel['clip'];
  /** What videos are decoded to. Default `float32`. */
  readonly pixels?: PixelType;
  /** The clip's first frame: its number, or `center` (default) for the middle of the video. */
  readonly start?: number | 'center';
  /** Clips of a video, evenly spread over it, of which the probabilities are averaged. Default 1. */
  readonly clipsPerVideo?: number;
  /** Of each clip: 1 (default) is the whole frame, 3 are squares at both ends and in the middle of its longer side, averaged too. */
  readonly crops?: 1 | 3;
  /** What stands in place of the frames that a video shorter than a clip lacks. Default: as `clip` has it. */
  readonly short?: ShortVideos | undefined;
  /** Clips classified at a time, at most. Default 8. */
  readonly batchSize?: number;
  /** Threads that decode, 1 to 1024. Default: one for each processor. */
  readonly decodeThreads?: number;
  /** What may be read, and how frames are shown. */
  readonly reading?: ReadingOptions | undefined;
  /** Threads and devices. */
  readonly session?: SessionConfig;
  /** Default: the addon of this package. */
  readonly addon?: Addon;
}

/** Options with their defaults. */
export interface PredictorSettings extends Required<
  Pick<PredictorOptions, 'pixels' | 'start' | 'batchSize' | 'decodeThreads' | 'session'>
> {
  readonly clip: ClipSpec;
  readonly clipsPerVideo: number;
  readonly crops: 1 | 3;
  readonly reading: ReadingOptions | undefined;
}

const schema = z
  .object({
    ...{
      clip: clipSpecSchema,
      short: oneOf(SHORT_VIDEOS),
      pixels: oneOf(PIXEL_TYPES),
      clipsPerVideo: integer(1),
      crops: oneOf([1, 3]),
    },
    start: value<number | 'center'>(
      (given) => given === 'center' || (Number.isSafeInteger(given) && (given as number) >= 0),
      'must be center or an integer of at least 0',
    ),
    ...{ batchSize: integer(1), decodeThreads: integer(1, MOST_DECODE_THREADS), reading: readingSchema },
    ...{ session: sessionSchema, addon: anything<Addon>() },
  } satisfies OptionShape<PredictorOptions>)
  .partial();

/** Throws {@link UsageError} that names the option: for numbers that make no sense, for what is no option, and for several clips that would all have one start. */
export function predictorSettings(options: PredictorOptions, model: Pick<MovinetModel, 'clip'>): PredictorSettings {
  checkOptions('Predictor', schema, options);
  const { clip = model.clip, start = 'center', clipsPerVideo = 1, crops = 1, batchSize = 8 } = options;
  const { pixels = 'float32', session = {}, reading, decodeThreads = defaultThreads() } = options;
  if (start !== 'center' && clipsPerVideo > 1)
    throw new UsageError('Several clips of a video are spread over it: leave out their start');
  return {
    ...{ clip: clipSpec({ short: options.short }, clip), pixels, start, clipsPerVideo, crops },
    ...{ batchSize, decodeThreads, session, reading },
  };
}
