import { z } from 'zod';
import type { OptionShape } from '../base/check-options';
import { type FrameSpacing, frameSpacing } from '../base/clip';
import { anything, callback, flag, integer, listOf, number, signal, value } from '../base/option-kinds';
import type { VideoError } from '../base/errors';
import type { Addon } from '../native/addon';
import type { OpenVideoOptions, ReadingOptions } from '../native/video';

export interface VideoFramesOptions extends OpenVideoOptions {
  /** Frames are resized with padding to `size`² pixels. */
  readonly size: number;
  /** Which frames of the video are taken: every n-th, or one each so many seconds by their times. Default: all. */
  readonly every?: FrameSpacing;
  /** Frames in a chunk; the last one of a file may have fewer. Default 1. */
  readonly chunk?: number;
  /** A file is played at its own speed, as if it were a camera: what is not taken in time is dropped. Default false. */
  readonly realtime?: boolean;
  /** Ends the reading; what was read can still be taken. */
  readonly signal?: AbortSignal;
  /** Default: the addon of this package. */
  readonly addon?: Pick<Addon, 'openVideo' | 'createTensor'>;
}

/** A live source that gives no more frames: it is tried again. */
export interface LostConnection {
  readonly error: VideoError;
  /** Which try in a row comes next, from 1. */
  readonly attempt: number;
  /** Until then. */
  readonly seconds: number;
}

export interface ReconnectingVideoOptions extends VideoFramesOptions {
  /** How often a live source is tried again before it is given up, counted anew with each frame that comes. Default: without end. */
  readonly reconnect?: number;
  /** Seconds before the first try, the second, …; the last one stands for all that follow. Default 1, 2, 4, 8, 16, 30. */
  readonly backOff?: readonly number[];
  readonly onLost?: (lost: LostConnection) => void;
  /** After the first chunk of a new connection; `seconds`: since the last chunk of the one before. */
  readonly onBack?: (seconds: number) => void;
}

/** What the addon can hold of a frame: 8192 × 8192. */
export const MOST_PIXELS = 2 ** 26;

/** Frames a second that the addon takes of a folder of pictures; 0: unknown. */
export const PICTURE_RATES = { min: 0.001, max: 1_000_000 } as const;

const pictureRate = (): z.ZodType<number, number> => {
  const { min, max } = PICTURE_RATES;
  return value(
    (given) => given === 0 || (typeof given === 'number' && given >= min && given <= max),
    `must be 0 or a number from ${min} to ${max}`,
  );
};

const readingShape = {
  ...{
    allowPlaylists: flag(),
    pixelAspect: flag(),
    maxPixels: integer(1, MOST_PIXELS),
    pictureRate: pictureRate(),
  },
} satisfies OptionShape<ReadingOptions>;

export const readingSchema = z.strictObject(readingShape).partial();

const optional = z
  .object({
    ...readingShape,
    ...{ every: frameSpacing(), chunk: integer(1), realtime: flag(), signal: signal() },
    ...{ openTimeout: number({ above: 0 }), readTimeout: number({ above: 0 }) },
    addon: anything<NonNullable<VideoFramesOptions['addon']>>(),
  } satisfies OptionShape<Omit<VideoFramesOptions, 'size'>>)
  .partial();

/** Of {@link VideoFramesOptions}. */
export const videoFramesSchema = z.object({ size: integer(1), ...optional.shape });

const isWait = (given: unknown): boolean => Number.isFinite(given) && (given as number) >= 0;
const again = z
  .object({
    reconnect: number({ min: 0, infinite: true }),
    backOff: listOf<number>(isWait, 'must be a list of seconds, each at least 0').refine((list) => list.length > 0, {
      error: 'must be a list of seconds, one at least',
    }),
    onLost: callback<NonNullable<ReconnectingVideoOptions['onLost']>>(),
    onBack: callback<NonNullable<ReconnectingVideoOptions['onBack']>>(),
  } satisfies OptionShape<Omit<ReconnectingVideoOptions, keyof VideoFramesOptions>>)
  .partial();

/** Of {@link ReconnectingVideoOptions}. */
export const reconnectingVideoSchema = z.object({ ...videoFramesSchema.shape, ...again.shape });
