import { clipSpec, describeSpacing } from '../base/clip';
import { MovinetError, UsageError } from '../base/errors';
import { frameRateAsTrained } from '../data/video/other-rate';
import { sourceName } from '../data/video/source-name';
import { ModelStream, streamThreads } from '../inference/model-stream';
import { loadAddon } from '../native/addon';
import { setProcessThreads } from '../runtime/session-config';
import { listenForInterrupt } from './program/interrupt';
import { readModel, variantToStream } from './program/model-options';
import { openProgress } from './program/options';
import { readingFrom } from './program/reading-options';
import { clipOptionsFrom } from './program/clip-options';
import { deviceFor, writeProfile } from './program/run-options';
import { parseStreamOptions, type StreamOptions } from './stream/options';
import { streamSource } from './stream/source';
import { createStreamView, type StreamView } from './terminal/stream-view';

/**
 * `movinet stream`: shows the likeliest classes of each source while it goes on. With `--json` a line for each chunk of frames, and one with `ended` at a
 * source's end. Ctrl-C ends it in order; a source that fails, or a live one that is given up, leaves the others alone and ends it with status 1.
 */
export async function stream(argv: readonly string[]): Promise<void> {
  const { options, sources } = parseStreamOptions(argv);
  const { json, quiet } = options;
  const progress = openProgress(options);
  let view = undefined as StreamView | undefined;
  using interrupt = listenForInterrupt((text) => (view ?? progress).line(text));
  const { signal } = interrupt;
  const { chunk, realtime, reconnect } = options;
  const variant = await variantToStream(options);
  const suggested = streamThreads(variant, chunk);
  if (options.threads !== undefined) setProcessThreads(options.threads);
  else if (suggested !== undefined) setProcessThreads(suggested, { suggested: true });
  const addon = loadAddon();
  const device = await deviceFor(addon, options);
  const model = await readModel(options, { addon, progress, signal });
  const { size, every } = clipSpec(clipOptionsFrom(options), model.clip);

  view = createStreamView({ titles: sources.map(sourceName), messages: progress, json, quiet });
  const shown = view;
  using session = new SharedStream(async () => {
    shown.line(`Device: ${device.description}; model ${model.id}, ${describeSpacing(every)}, ${size}²`);
    const opened = await ModelStream.open(model, { addon, size, session: device.config });
    // A camera would give frames meanwhile that come too late.
    await opened.warmUp();
    return opened;
  });
  const reading = {
    addon,
    size,
    every,
    chunk,
    realtime,
    reconnect,
    signal,
    ...readingFrom(options),
    ...timeouts(options),
  };
  const expectedRate = frameRateAsTrained(every, model);
  const alone = sources.length === 1;
  const context = { options, reading, view: shown, alone, expectedRate, openStream: () => session.sibling() };
  const failures = await Promise.all(sources.map((source, index) => streamSource(source, index, context)));
  await writeProfile(device, options, progress);
  throwFailures(sources, failures);
  // Ends the process at once, whatever a source that does not answer still waits for.
  signal.throwIfAborted();
}

/** One session for all sources, opened for the first of them that can be read. */
class SharedStream implements Disposable {
  private opening: Promise<ModelStream> | undefined;

  constructor(private readonly open: () => Promise<ModelStream>) {}

  async sibling(): Promise<ModelStream> {
    this.opening ??= this.open();
    return (await this.opening).sibling();
  }

  [Symbol.dispose](): void {
    void this.opening?.then(
      (stream) => stream.dispose(),
      () => undefined,
    );
  }
}

/** Throws what one source or all of them failed by, else a summary of those that did. */
function throwFailures(sources: readonly string[], failures: readonly unknown[]): void {
  const failed = sources.filter((_, index) => failures[index] !== undefined);
  if (failed.length === 0) return;
  const errors = [...new Set(failures.filter((failure) => failure !== undefined))];
  const [first] = errors as [Error, ...Error[]];
  const unexpected = errors.find((error) => error instanceof UsageError || !(error instanceof MovinetError));
  if (unexpected !== undefined) throw unexpected as Error;
  if (errors.length === 1 && failed.length === sources.length) throw first;
  throw new MovinetError(`${failed.length} of ${sources.length} sources failed: ${failed.map(sourceName).join(', ')}`);
}

function timeouts({ timeout }: StreamOptions): { openTimeout?: number; readTimeout?: number } {
  return timeout === undefined ? {} : { openTimeout: timeout, readTimeout: timeout };
}
