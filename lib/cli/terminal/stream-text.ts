import truncate from 'cli-truncate';

/** How far a stream is, and what the model makes of it. */
export interface StreamStatus {
  /** The number in the video of the frame that was seen last, from 0. */
  readonly lastFrame: number;
  /** When that frame is shown; undefined for a live source. */
  readonly seconds: number | undefined;
  /** The likeliest first. */
  readonly predictions: readonly { readonly label: string; readonly index: number; readonly probability: number }[];
  /** Frames that the model took a second; undefined at the beginning. */
  readonly framesPerSecond: number | undefined;
  /** Milliseconds from a chunk of frames to its answer. */
  readonly latency: { readonly p50: number; readonly p95: number };
  /** Of a live source, frames that came while the model was busy. */
  readonly droppedFrames: number;
}

const BAR_WIDTH = 20;

function percent(probability: number): string {
  return `${(100 * probability).toFixed(1)} %`;
}

function position({ lastFrame, seconds }: StreamStatus): string {
  return `frame ${lastFrame}${seconds === undefined ? '' : `, ${seconds.toFixed(1)} s`}`;
}

function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
}

/** `23.1 frames/s, latency 41 ms (95 % within 55 ms), 12 frames dropped`. */
export function formatSpeed({ framesPerSecond, latency, droppedFrames }: StreamStatus): string {
  return [
    ...(framesPerSecond === undefined ? [] : [`${framesPerSecond.toFixed(1)} frames/s`]),
    `latency ${milliseconds(latency.p50)} (95 % within ${milliseconds(latency.p95)})`,
    ...(droppedFrames === 0 ? [] : [`${droppedFrames} frames dropped`]),
  ].join(', ');
}

/** One plain line: `frame 80, 3.2 s: carving ice 91.2 %, ice climbing 3.0 %; 23.1 frames/s, …`. */
export function formatStreamLine(status: StreamStatus): string {
  const classes = status.predictions.map(({ label, probability }) => `${label} ${percent(probability)}`);
  return `${position(status)}: ${classes.join(', ')}; ${formatSpeed(status)}`;
}

/** The classes under one another, as `npm run predict` shows them. */
export function formatPredictions({ predictions }: StreamStatus): string[] {
  return predictions.map(({ label, probability }) => `  ${percent(probability).padStart(7)}  ${label}`);
}

/** The lines of a screen `width` columns wide: where the video is, a bar for each class, the speed. None of them wraps. */
export function formatStreamScreen(
  title: string,
  status: StreamStatus,
  width: number,
  colour: (text: string) => string,
): string[] {
  const fit = (text: string): string => truncate(text, Math.max(1, width - 1));
  const wide = width >= 3 * BAR_WIDTH;
  const rows = status.predictions.map(({ label, probability }) => {
    const full = wide ? Math.round(probability * BAR_WIDTH) : 0;
    const rest = wide ? `${'░'.repeat(BAR_WIDTH - full)}  ` : '';
    const text = fit(`  ${percent(probability).padStart(7)}  ${'█'.repeat(full)}${rest}${label}`);
    return full === 0 ? text : text.replace(/█+/, colour);
  });
  return [fit(`${title}  ${position(status)}`), ...rows, fit(formatSpeed(status))];
}

/** What `--json` writes of it; null for what is not known. */
export function streamRecord(status: StreamStatus): object {
  const { lastFrame, seconds, predictions, framesPerSecond, latency, droppedFrames } = status;
  const rounded = (value: number | undefined): number | null => (value === undefined ? null : Number(value.toFixed(3)));
  return {
    lastFrame,
    seconds: rounded(seconds),
    predictions,
    framesPerSecond: rounded(framesPerSecond),
    latencyMs: { p50: rounded(latency.p50), p95: rounded(latency.p95) },
    droppedFrames,
  };
}
