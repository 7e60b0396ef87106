import { lostFrames, type DecodedVideo } from '../../data/video/decode-all';
import { PICTURES, type VideoIndex, type VideoNote } from '../../native/video';
import type { KnownVideo, TimedIndex } from './look-into';

/** A frame that was looked at. */
export interface Picture {
  /** Its number, from 0: among the frames that are shown, for a listed frame; among those of the container, for a clip's. */
  readonly index: number;
  /** When it is shown, in seconds as the file has it; null where it has no times. */
  readonly time: number | null;
  /** The PNG file, or the contact sheet, that shows it; null where none was written. */
  readonly path: string | null;
}

/** One video for programs: the line that `movinet video --json` writes. Times are in seconds, rates in frames per second; null: the file does not tell. */
export interface VideoRecord {
  readonly file: string;
  /** Frames that are shown: those that decode, or where the file was not decoded, those of its index. */
  readonly frames: number;
  /** Whether `frames` is sure: the file was decoded, or its index leaves nothing open. */
  readonly exact: boolean;
  readonly duration: number | null;
  readonly firstTime: number | null;
  readonly frameRate: number | null;
  readonly averageFrameRate: number | null;
  readonly variable: boolean;
  /** Of a frame as it is shown, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Degrees clockwise. */
  readonly rotation: number;
  readonly mirrored: boolean;
  readonly sampleAspectRatio: number;
  readonly keyFrames: number;
  readonly codec: string;
  readonly container: string;
  readonly notes: readonly string[];
  /** Where the file was decoded: packets that did not decode. */
  readonly damagedPackets?: number;
  /** Where the file was decoded: the numbers of frames that the container lists and that do not decode, as runs of first and last. */
  readonly lostFrames?: readonly (readonly [first: number, last: number])[];
  readonly pictures?: readonly Picture[];
  /** Frames of the clip that lie past the end of the video: the model sees black there. */
  readonly zeroFrames?: number;
  readonly contactSheet?: string;
}

const NOTES: Readonly<Record<VideoNote, string>> = {
  'hidden-frames': 'An edit list hides frames; they are not counted.',
  'cover-picture': 'A cover picture stands beside the track; it is passed over.',
  'other-tracks': 'There are other video tracks; they are passed over.',
  'no-timestamps': 'The frames have no usable times: they are found by counting from the first.',
  'cut-off': 'The file breaks off: its container promises more than there is.',
  'unusual-matrix':
    'The display matrix does more than turn by quarters and mirror: the picture is shown as it is stored.',
};

const PICTURES_WITHOUT_TIMES = 'Pictures have no times: --picture-rate says how many of them make a second.';

function noteText(note: VideoNote, { container }: VideoIndex): string {
  return note === 'no-timestamps' && container === PICTURES ? PICTURES_WITHOUT_TIMES : NOTES[note];
}

/** Microseconds are finer than any container's clock that matters here, and hide the noise of binary fractions. */
export function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

const known = (value: number): number | null => (value > 0 ? rounded(value) : null);

export type Times = (frame: number) => number | null;

/** Times of the frames of one of a video's indexes by their number: what decoding showed where the index only counts, else the index's. */
export function timesOf({ index, times }: TimedIndex, decoded: DecodedVideo | undefined): Times {
  const unknown = index.notes.includes('no-timestamps') && index.frameRate === 0;
  return (frame) => {
    const time = (index.exact ? undefined : decoded?.times[frame]) ?? times[frame];
    return unknown || time === undefined || Number.isNaN(time) ? null : rounded(time);
  };
}

export function describeVideo({ file, container, shown, decoded }: KnownVideo): VideoRecord {
  const { index } = shown;
  const damagedPackets = decoded?.damagedPackets ?? index.damagedPackets;
  // An index that was made by decoding does not list what does not decode.
  const lost =
    decoded && container.index.damagedPackets === undefined ? lostFrames(container.times, decoded) : undefined;
  return {
    file,
    frames: index.frameCount,
    exact: index.exact || decoded !== undefined,
    duration: known(index.duration),
    firstTime: timesOf(shown, decoded)(0),
    frameRate: known(index.frameRate),
    averageFrameRate: known(index.averageFrameRate),
    variable: index.variable,
    width: index.width,
    height: index.height,
    rotation: index.rotation,
    mirrored: index.mirrored,
    sampleAspectRatio: rounded(index.sampleAspectRatio),
    keyFrames: index.keyFrameCount,
    codec: index.codec,
    container: index.container,
    notes: index.notes.map((note) => noteText(note, index)),
    ...(damagedPackets !== undefined && { damagedPackets: damagedPackets }),
    ...(lost && { lostFrames: lost }),
  };
}
