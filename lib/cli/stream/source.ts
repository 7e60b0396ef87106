import { VideoError } from '../../base/errors';
import { topClasses } from '../../base/task';
import { ReconnectingVideo, type ReconnectingVideoOptions } from '../../data/video/reconnecting-video';
import { otherRate } from '../../data/video/other-rate';
import { sourceName } from '../../data/video/source-name';
import { classifyStream, type ClassifyStreamOptions } from '../../inference/classify-stream';
import type { ModelStream } from '../../inference/model-stream';
import { StreamMeter } from './meter';
import { LIVE_MEMORY, type StreamOptions } from './options';
import type { StreamStatus } from '../terminal/stream-text';
import { describeOtherRates } from '../terminal/video-messages';
import type { StreamView } from '../terminal/stream-view';

export interface SourceContext {
  readonly options: StreamOptions;
  readonly reading: ReconnectingVideoOptions & { readonly signal: AbortSignal };
  readonly view: StreamView;
  /** Whether there is no other source: then the command says what went wrong. */
  readonly alone: boolean;
  /** Frames per second at which what the model sees is as in training, where it matters. */
  readonly expectedRate: number | undefined;
  /** A stream of the one session that all sources share; the first call opens it. */
  readonly openStream: () => Promise<ModelStream>;
}

/** Shows one source to its end, which is told in the view. Resolves to what went wrong; undefined where nothing did, or it was interrupted. */
export async function streamSource(source: string, index: number, context: SourceContext): Promise<unknown> {
  const { options, view, reading } = context;
  const { signal } = reading;
  let status: StreamStatus | undefined;
  let failure: unknown;
  try {
    using frames = await ReconnectingVideo.open(source, { ...reading, ...tellingOf(source, view) });
    warnOfRate(source, frames.frameRate, context);
    // Opened late: what cannot be read needs no model.
    using stream = await context.openStream();
    const meter = new StreamMeter();
    for await (const { lastFrame, seconds, probabilities, newFrames, milliseconds } of classifyStream(
      stream,
      frames,
      forgetting(options, frames.live),
    )) {
      meter.add(newFrames, milliseconds);
      const predictions = topClasses(probabilities, stream.classes, options.top);
      const { droppedFrames, damagedPackets, reconnects } = frames;
      status = { lastFrame, seconds, predictions, ...meter.speed(), droppedFrames, damagedPackets, reconnects };
      view.update(index, status);
    }
  } catch (error) {
    if (!signal.aborted) failure = error ?? new Error('Failed');
  }
  const after = status ? ` after frame ${status.lastFrame}` : '';
  const message = messageOf(failure);
  // At once: the command ends with the last of them.
  if (message !== undefined && !context.alone) view.warn(message);
  view.end(index, status, `${endOf(failure, status, signal)}${after}`, message);
  return failure;
}

function warnOfRate(source: string, frameRate: number, { expectedRate, view, reading }: SourceContext): void {
  if (expectedRate === undefined || reading.every === undefined) return;
  const other = otherRate(frameRate, { frameRate: expectedRate, of: 'training' }, reading.every);
  if (other !== undefined) view.warn(describeOtherRates([{ path: sourceName(source), ...other }]));
}

function endOf(failure: unknown, status: StreamStatus | undefined, signal: AbortSignal): string {
  if (signal.aborted) return 'Interrupted';
  if (failure === undefined) return 'The video ended';
  if (!(failure instanceof VideoError)) return 'Failed';
  return status ? 'The source gives no more frames' : 'The source cannot be read';
}

function messageOf(failure: unknown): string | undefined {
  if (failure === undefined) return undefined;
  return failure instanceof Error ? failure.message : 'unknown';
}

/** How a source's stream forgets. */
function forgetting({ memory, resetEvery }: StreamOptions, live: boolean): ClassifyStreamOptions {
  if (resetEvery !== undefined) return { resetEvery };
  const seconds = memory ?? (live ? LIVE_MEMORY : 0);
  return seconds > 0 ? { memory: seconds } : {};
}

function tellingOf(source: string, view: StreamView): Pick<ReconnectingVideoOptions, 'onLost' | 'onBack'> {
  return {
    onLost: ({ error, attempt, seconds }) => {
      const again = attempt === 1 ? 'It' : `Try ${attempt}: it`;
      view.warn(`${error.message}. ${again} is opened anew in ${seconds} s`);
    },
    onBack: (seconds) => view.line(`${sourceName(source)} is back after ${seconds.toFixed(1)} s`),
  };
}
