import { VideoError } from '../../base/errors';

/** A broken video that was left out. */
export interface SkippedVideo {
  readonly path: string;
  readonly reason: string;
}

/** A video with damaged parts, which were read over. */
export interface DamagedVideo {
  readonly path: string;
  /** Packets that did not decode: the most that one clip of it met. */
  readonly packets: number;
}

/**
 * The broken videos of a data set as they become known, whoever meets them: what indexes, or what decodes. `refusal` says where one too many is broken, by
 * the error that ends the work; whoever works on the data set asks for it by {@link check} between two steps.
 */
export class BrokenVideos {
  private readonly reasons = new Map<string, string>();
  private refused: Error | undefined;

  constructor(private readonly refusal: (video: SkippedVideo) => Error | undefined = () => undefined) {}

  /** Each video is listed once, with the first reason. */
  add(video: SkippedVideo): void {
    if (this.reasons.has(video.path)) return;
    this.reasons.set(video.path, video.reason);
    this.refused ??= this.refusal(video);
  }

  get list(): SkippedVideo[] {
    return [...this.reasons].map(([path, reason]) => ({ path, reason }));
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

/** The error that `strict` makes of a broken video. */
export function brokenVideo({ path, reason }: SkippedVideo): VideoError {
  return new VideoError(
    `Cannot decode ${path}: ${reason}. Repair or remove it, or run without --strict to leave it out`,
    path,
  );
}
