import { availableParallelism } from 'node:os';
import { VideoError } from '../base/errors';
import { untilAborted } from '../base/until-aborted';
import { loadAddon, type Addon } from '../native/addon';
import type { IndexResult, NativeClipDecoder, ReadingOptions, VideoIndex } from '../native/video';
import { listenForInterrupt } from './program/interrupt';
import { openProgress } from './program/options';
import { readingFrom } from './program/reading-options';
import { createOutput } from './program/results';
import { startWhenLong } from './terminal/long-task';
import type { ProgressSink } from './terminal/progress-sink';
import { warnOfSkipped } from './terminal/video-messages';
import { videoText } from './terminal/video-text';
import { naming } from './video/decode-pictures';
import { describeVideo, type VideoRecord } from './video/description';
import { lookInto } from './video/look-into';
import { parseVideoOptions, wantedClips, wantedFrames } from './video/options';
import { openPicturePlace, type PicturePlace } from './video/picture-place';
import { namedVideos } from './video/named-videos';
import { showClips } from './video/show-clips';
import { takePictures } from './video/take-pictures';
import type { WantedFrames } from './video/wanted-frames';

type VideoCommandAddon = Pick<
  Addon,
  'indexVideos' | 'frameTimes' | 'createClipDecoder' | 'openVideo' | 'createTensor' | 'ffmpegVersion'
>;

/** What the work on each file needs. */
interface Work {
  readonly addon: VideoCommandAddon;
  readonly reading: ReadingOptions;
  readonly check: boolean | undefined;
  readonly pictures: { readonly wanted: WantedFrames; readonly place: PicturePlace } | undefined;
  readonly decoder: NativeClipDecoder;
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
}

/** Files indexed at a time: enough to keep the threads busy, few enough that the first result comes soon. */
const FILES_PER_CALL = 64;

/**
 * `movinet video`: what is in video files, a {@link VideoRecord} a line with `--json`, and frames of them as a model would see them. Exit status 1 where a file
 * cannot be read or lacks a frame; the others go on.
 */
export async function video(argv: readonly string[], load: () => VideoCommandAddon = loadAddon): Promise<void> {
  const { options, files: named } = parseVideoOptions(argv);
  const drawn = await wantedClips(options);
  const wanted = drawn === undefined ? await wantedFrames(options) : undefined;
  const progress = openProgress(options);
  const output = createOutput({ json: options.json });
  using interrupt = listenForInterrupt((text) => progress.line(text));
  const { signal } = interrupt;
  const { files, broken } = await namedVideos(named, signal);
  if (broken.length > 0) process.exitCode = 1;
  warnOfSkipped(progress, broken);
  const addon = load();
  const reading = readingFrom(options);
  if (drawn !== undefined) {
    const showing = { addon, reading, to: options.out ?? '-', progress, output, signal };
    if (!(await showClips(files, drawn, showing))) process.exitCode = 1;
    return;
  }
  using decoder = addon.createClipDecoder(1, reading);
  signal.addEventListener('abort', () => decoder.abort());
  const pictures = wanted && { wanted, place: openPicturePlace(options.out ?? '-', files, wanted.size) };
  const work = { addon, reading, check: options.check, pictures, decoder, progress, signal };
  const late: VideoRecord[] = [];
  for await (const [file, result] of indexAll(files, work)) {
    try {
      if (!result.ok) throw new VideoError(naming(file, result.error), file);
      const record = await lookAt(file, result.index, work);
      if (pictures?.place.late === true) late.push(record);
      else output.result(record, videoText(record));
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof VideoError)) throw error;
      progress.warn(error.message);
      process.exitCode = 1;
    }
  }
  await pictures?.place.finish();
  for (const record of late) output.result(record, videoText(record));
}

async function* indexAll(
  files: readonly string[],
  { addon, reading, signal }: Work,
): AsyncGenerator<[string, IndexResult], void, undefined> {
  for (let start = 0; start < files.length; start += FILES_PER_CALL) {
    const part = files.slice(start, start + FILES_PER_CALL);
    // The addon listens to it for as long as it lives.
    const own = AbortSignal.any([signal]);
    const results = await untilAborted(
      addon.indexVideos(part, availableParallelism(), { ...reading, signal: own }),
      signal,
    );
    for (const [i, file] of part.entries()) yield [file, results[i] ?? { ok: false, error: 'it was not read' }];
  }
}

async function lookAt(file: string, index: VideoIndex, work: Work): Promise<VideoRecord> {
  const { addon, pictures, decoder, progress, signal } = work;
  const known = await lookInto(file, index, work);
  const record = describeVideo(known);
  if (pictures === undefined) return record;
  let replaced = false as boolean;
  const task = startWhenLong(progress, { label: `Pictures of ${file}`, unit: 'frames' });
  const withPictures = await takePictures(known, record, {
    ...{ ...pictures, addon, decoder },
    onReplaced: () => (replaced = true),
    onProgress(done, total) {
      signal.throwIfAborted();
      task.update(done, total);
    },
  });
  task.end(`${file}: ${withPictures.pictures?.length ?? 0} pictures`);
  if (replaced)
    progress.warn(`${file} is damaged: where a frame does not decode, its picture shows the next one that does`);
  return withPictures;
}
