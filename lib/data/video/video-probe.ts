import { availableParallelism } from 'node:os';
import { DatasetError, VideoError } from '../../base/errors';
import type { VideoAddon, VideoInfo } from '../../native/video';
import type { VideoRow } from '../lists/row';

/** Decoding threads where none are asked for: one for each processor that this process may use. */
export const defaultThreads = (): number => availableParallelism();

/** A video whose container opened and whose first frame decoded. */
export interface ProbedVideo extends VideoRow {
  readonly info: VideoInfo;
}

/** A broken video that was left out. */
export interface SkippedVideo {
  readonly path: string;
  readonly reason: string;
}

export interface ProbeOptions {
  readonly addon: Pick<VideoAddon, 'probeVideos'>;
  /** Default: one for each processor. */
  readonly threads?: number;
  /** A broken video is an error instead of being left out. */
  readonly strict?: boolean;
  readonly onProgress?: (probed: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Small enough to show progress and to stop soon, large enough to keep the threads busy. */
const VIDEOS_PER_CALL = 256;

/**
 * Opens every video once. Broken ones are left out and listed.
 *
 * @throws VideoError (`strict` only) for the first broken video; DatasetError for a class whose videos are all broken.
 */
export async function probeVideos<Row extends VideoRow>(
  files: readonly Row[],
  classes: readonly string[],
  options: ProbeOptions,
): Promise<{ videos: (Row & ProbedVideo)[]; skipped: SkippedVideo[] }> {
  const { addon, threads = defaultThreads(), strict = false, onProgress, signal } = options;
  const videos: (Row & ProbedVideo)[] = [];
  const skipped: SkippedVideo[] = [];
  for (let start = 0; start < files.length; start += VIDEOS_PER_CALL) {
    signal?.throwIfAborted();
    const part = files.slice(start, start + VIDEOS_PER_CALL);
    const results = await addon.probeVideos(
      part.map((file) => file.path),
      threads,
    );
    part.forEach((file, i) => {
      const result = results[i];
      if (result?.ok === true) videos.push({ ...file, info: result.info });
      else skipped.push(skippedVideo(file.path, result?.error ?? 'not probed'));
    });
    onProgress?.(start + part.length, files.length);
  }
  signal?.throwIfAborted();
  const [broken] = skipped;
  if (strict && broken !== undefined) throw brokenVideo(broken, skipped.length);
  const kept = new Set(videos.map((video) => video.label));
  for (const label of new Set(files.map((file) => file.label))) {
    if (kept.has(label)) continue;
    const reason = skipped.find((skip) => files.some((file) => file.label === label && file.path === skip.path));
    throw new DatasetError(
      `Every video of class "${classes[label]}" is broken, such as ${reason?.path}: ${reason?.reason}`,
    );
  }
  return { videos, skipped };
}

/** The decoder's errors are whole sentences that name the file: only what follows its name is the reason. */
export function skippedVideo(path: string, error: string): SkippedVideo {
  const name = error.indexOf(`${path}: `);
  return { path, reason: name < 0 ? error : error.slice(name + path.length + 2) };
}

/** The error that `strict` makes of a broken video. */
export function brokenVideo({ path, reason }: SkippedVideo, count = 1): VideoError {
  const others = count > 1 ? ` (${count} broken videos in all)` : '';
  return new VideoError(
    `Cannot decode ${path}: ${reason}${others}. Repair or remove it, or run without --strict to leave it out`,
    path,
  );
}
