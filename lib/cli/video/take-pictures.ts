import type { Addon } from '../../native/addon';
import type { NativeClipDecoder } from '../../native/video';
import { videoSummary } from '../terminal/video-text';
import { decodePictures, OtherEndError } from './decode-pictures';
import { timesOf, type Picture, type Times, type VideoRecord } from './description';
import type { KnownVideo } from './look-into';
import type { PicturePlace } from './picture-place';
import { type NumberedFrames, selectFrames, type WantedFrames } from './wanted-frames';

export interface PictureOptions {
  readonly wanted: WantedFrames;
  readonly place: PicturePlace;
  readonly addon: Pick<Addon, 'createTensor'>;
  readonly decoder: NativeClipDecoder;
  /** Called where a picture may show the next frame in place of one that does not decode. */
  readonly onReplaced: () => void;
  readonly onProgress: (done: number, total: number) => void;
}

/** A second look at a video's end may find it elsewhere still; a third finds nothing new. */
const MOST_LOOKS = 3;

/**
 * Decodes the wanted frames of a video and puts their pictures into their place: listed frames by the numbers of those that are shown, a clip's by the
 * container's, as for a model. Throws {@link VideoError}, for a listed frame past the end too, and {@link OutputError}.
 */
export async function takePictures(
  video: KnownVideo,
  record: VideoRecord,
  options: PictureOptions,
): Promise<VideoRecord> {
  const isClip = 'sampling' in options.wanted;
  const from = isClip ? video.container : video.shown;
  const source: Source = {
    record,
    table: from.index.table,
    timeOf: timesOf(from, video.decoded),
    mayReplace: from.index.damagedPackets === undefined && (isClip || video.decoded === undefined),
  };
  // A clip is cut as it is for a model: by what the index says, and again where decoding meets another end.
  let cut: NumberedFrames = { ...from.index, times: from.times };
  for (let look = 1; ; look++) {
    try {
      return await placeFrames(source, cut, isClip && look < MOST_LOOKS, options);
    } catch (error) {
      if (!isClip || !(error instanceof OtherEndError) || look === MOST_LOOKS) throw error;
      cut = { ...cut, frameCount: error.endsAt };
    }
  }
}

/** What the pictures are taken from. */
interface Source {
  readonly record: VideoRecord;
  readonly table: Uint8Array;
  readonly timeOf: Times;
  /** Whether the table may list frames that do not decode. */
  readonly mayReplace: boolean;
}

async function placeFrames(
  { record, table, timeOf, mayReplace }: Source,
  cut: NumberedFrames,
  cutAgain: boolean,
  { wanted, place, addon, decoder, onReplaced, onProgress }: PictureOptions,
): Promise<VideoRecord> {
  const { file } = record;
  const { frames, zeroFrames } = selectFrames(file, cut, wanted);
  const isCutOtherwise = (count: number): boolean =>
    cutAgain && count > 0 && selectFrames(file, { ...cut, frameCount: count }, wanted).frames.join() !== frames.join();
  const { size } = wanted;
  const onDamage = (): void => {
    if (mayReplace) onReplaced();
  };
  let done = 0;
  const placed = await place.add({
    ...{ file, frames, zeroFrames, details: videoSummary(record) },
    caption(frame) {
      const time = timeOf(frame);
      return time === null ? `${frame}` : `${frame} · ${time.toFixed(3)} s`;
    },
    async *decode(some) {
      const request = { file, table, frames: some, size, decoder, addon, onDamage, isCutOtherwise };
      for await (const picture of decodePictures(request)) {
        onProgress(++done, some.length);
        yield picture;
      }
    },
  });
  const pictures = placed.pictures.map(({ index: frame, path }): Picture => ({
    index: frame,
    time: timeOf(frame),
    path,
  }));
  return {
    ...record,
    pictures,
    ...(zeroFrames === 0 ? {} : { zeroFrames: zeroFrames }),
    ...(placed.contactSheet === undefined ? {} : { contactSheet: placed.contactSheet }),
  };
}
