import { VideoError } from '../base/errors';
import { loadAddon } from '../native/addon';
import { ModelStream, streamThreads } from '../inference/model-stream';
import { classifyStream } from '../inference/classify-stream';
import { setProcessThreads } from '../runtime/session-config';
import { sourceName, VideoFrames } from '../data/video/video-frames';
import { topClasses } from '../base/task';
import { listenForInterrupt } from './program/interrupt';
import { readModel, variantToStream } from './program/model-options';
import { deviceFor, writeProfile } from './program/run-options';
import { createProgress } from './terminal/progress';
import { parseStreamOptions } from './stream-options';
import { StreamMeter } from './stream-meter';
import type { StreamStatus } from './terminal/stream-text';
import { createStreamView, type StreamView } from './terminal/stream-view';

/**
 * `npm run stream`: shows the likeliest classes while a video goes on. With `--json` a line for each chunk of frames, and one with `ended` at
 * the end. Ctrl-C ends it in order; a live source that gives no more frames ends it with status 1.
 */
export async function stream(argv: readonly string[]): Promise<void> {
  const { options, source } = parseStreamOptions(argv);
  const progress = createProgress({ json: options.json, quiet: options.quiet });
  let view = undefined as StreamView | undefined;
  using interrupt = listenForInterrupt((text) => (view ?? progress).line(text));
  const { signal } = interrupt;
  const { chunk, realtime } = options;
  const variant = await variantToStream(options);
  const suggested = streamThreads(variant, chunk);
  if (options.threads !== undefined) setProcessThreads(options.threads);
  else if (suggested !== undefined) setProcessThreads(suggested, { suggested: true });
  const addon = loadAddon();
  const device = await deviceFor(addon, options);
  const model = await readModel(options, { addon, progress, signal });
  const { size, frameStep } = { ...model.clip, ...given(options) };
  using frames = await VideoFrames.open(source, { addon, size, frameStep, chunk, realtime, signal });
  progress.line(`Device: ${device.description}; model ${model.id}, frame step ${frameStep}, ${size}²`);
  using modelStream = await ModelStream.open(model, { addon, size, session: device.config });
  // A camera would give frames meanwhile that come too late.
  await modelStream.warmUp();

  const { json, quiet } = options;
  view = createStreamView({ title: sourceName(source), tell: (text) => progress.line(text), json, quiet });
  const meter = new StreamMeter();
  let status: StreamStatus | undefined;
  let ended = 'The video ended';
  try {
    const resetEvery = options.resetEvery === undefined ? {} : { resetEvery: options.resetEvery };
    for await (const { lastFrame, seconds, probabilities, newFrames, milliseconds } of classifyStream(
      modelStream,
      frames,
      resetEvery,
    )) {
      meter.add(newFrames, milliseconds);
      const predictions = topClasses(probabilities, model.classes, options.top);
      status = { lastFrame, seconds, predictions, ...meter.speed(), droppedFrames: frames.droppedFrames };
      view.update(status);
    }
    if (signal.aborted) ended = 'Interrupted';
  } catch (error) {
    ended = error instanceof VideoError ? 'The source gives no more frames' : 'Failed';
    throw error;
  } finally {
    view.end(status, status ? `${ended} after frame ${status.lastFrame}` : ended);
  }
  await writeProfile(device, options, progress);
  if (interrupt.status !== undefined) process.exitCode = interrupt.status;
}

function given({ size, frameStep }: { size?: number; frameStep?: number }): { size?: number; frameStep?: number } {
  return { ...(size === undefined ? {} : { size }), ...(frameStep === undefined ? {} : { frameStep }) };
}
