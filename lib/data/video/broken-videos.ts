import { VideoError } from '../../base/errors';
import type { VideoIndex } from '../../native/video';

/** A video, or a span of one. */
export interface VideoPart {
  readonly path: string;
  /** Seconds since its first frame; without it the whole video. */
  readonly span?: readonly [from: number, to: number];
}

/** What tells videos and spans of them from each other. */
export function partKey({ path, span }: VideoPart): string {
  return span === undefined ? path : JSON.stringify([path, ...span]);
}

/** A broken video that was left out. */
export interface SkippedVideo extends VideoPart {
  readonly reason: string;
}

/** A video with damaged parts, which were read over. */
export interface DamagedVideo {
  readonly path: string;
  /** Packets that did not decode: the most that one clip of it met. */
  readonly packets: number;
}

/** A video that breaks off. */
export interface BrokenOffVideo {
  readonly path: string;
  /** Frames that it has. */
  readonly frames: number;
  /** Frames that its container promises; 0 where it does not tell. */
  readonly promised: number;
}

/** A video, or a span of one, that is shorter than a clip. */
export interface ShortVideo extends VideoPart {
  /** Frames of a clip that it has. */
  readonly frames: number;
  /** Frames of a clip. */
  readonly needed: number;
}

/** A video whose frame rate makes motions look faster or slower than expected. */
export interface OtherRate {
  readonly path: string;
  /** Frames per second, on average. */
  readonly frameRate: number;
  /** Frames per second at which clips are as in training, or that most videos have. */
  readonly expected: number;
  readonly of: 'training' | 'most';
  /** Frames per second that clips have there: with `frameRate` all videos are sampled so. */
  readonly sampled: number;
}

/**
 * The broken videos of a data set as they become known, whoever meets them: what indexes, or what decodes. `refusal` says where one too many is broken, by
 * the error that ends the work; whoever works on the data set asks for it by {@link check} between two steps.
 */
export class BrokenVideos {
  private readonly videos = new Map<string, SkippedVideo>();
  private refused: Error | undefined;

  constructor(private readonly refusal: (video: SkippedVideo) => Error | undefined = () => undefined) {}

  /** Each video, and each span of one, is listed once, with the first reason. */
  add({ path, span, reason }: SkippedVideo): void {
    const video = { path, ...(span && { span }), reason };
    const key = partKey(video);
    if (this.videos.has(key)) return;
    this.videos.set(key, video);
    this.refused ??= this.refusal(video);
  }

  get list(): SkippedVideo[] {
    return [...this.videos.values()];
  }

  /** Throws the error that ends the work, where there is one. */
  check(): void {
    if (this.refused !== undefined) throw this.refused;
  }
}

/** The decoder's errors are whole sentences that name the file: only what follows its name is the reason. */
export function skippedVideo(path: string, error: string): SkippedVideo {
  const name = error.indexOf(`${path}: `);
  return { path, reason: name < 0 ? error : error.slice(name + path.length + 2) };
}

/** That a video breaks off, where it does. */
export function brokenOff(
  path: string,
  { frameCount, promisedFrames = 0, notes }: Pick<VideoIndex, 'frameCount' | 'promisedFrames' | 'notes'>,
): BrokenOffVideo | undefined {
  if (promisedFrames > frameCount) return { path, frames: frameCount, promised: promisedFrames };
  return notes.includes('cut-off') ? { path, frames: frameCount, promised: 0 } : undefined;
}

/** `ends after 61 of 300 frames`. */
export function describeBrokenOff({ frames, promised }: BrokenOffVideo): string {
  return promised > 0 ? `ends after ${frames} of ${promised} frames` : `breaks off after ${frames} frames`;
}

/** The error that `strict` makes of a broken video. */
export function brokenVideo({ path, reason }: SkippedVideo): VideoError {
  return new VideoError(
    `Cannot decode ${path}: ${reason}. Repair or remove it, or run without \`strict\` to leave it out`,
    path,
  );
}

/** The error that `strict` makes of a video with damaged parts. */
export function damagedVideo({ path, packets }: DamagedVideo): VideoError {
  return new VideoError(
    `${path} is damaged: ${packets === 1 ? '1 packet does' : `${packets} packets do`} not decode. Repair or remove it, or run without \`strict\` to read over the damage`,
    path,
  );
}

/** The error that `strict` makes of a video that breaks off. */
export function brokenOffVideo(video: BrokenOffVideo): VideoError {
  return new VideoError(
    `${video.path} ${describeBrokenOff(video)}. Repair or remove it, or run without \`strict\` to take what is there`,
    video.path,
  );
}
