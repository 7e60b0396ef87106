import truncate from 'cli-truncate';

/** How far a stream is, and what the model makes of it. */
export interface StreamStatus {
  /** The number in the video of the frame that was seen last, from 0. */
  readonly lastFrame: number;
  /** When that frame is shown, as the source has it; undefined where it has no times. */
  readonly seconds: number | undefined;
  /** The likeliest first. */
  readonly predictions: readonly { readonly label: string; readonly index: number; readonly probability: number }[];
  /** Frames that the model took a second; undefined at the beginning. */
  readonly framesPerSecond: number | undefined;
  /** Milliseconds from a chunk of frames to its answer. */
  readonly latency: { readonly p50: number; readonly p95: number };
  /** Of a live source, frames that came while the model was busy. */
  readonly droppedFrames: number;
  /** Packets of the source that did not decode. */
  readonly damagedPackets: number;
  /** How often a live source was lost and opened anew. */
  readonly reconnects: number;
}

/** One of the sources on the screen. */
export interface StreamBlock {
  readonly title: string;
  /** None before its first answer. */
  readonly status: StreamStatus | undefined;
  /** Why it ended. */
  readonly ended?: string;
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

const counted = (count: number, one: string, more: string, what: string): string[] =>
  count === 0 ? [] : [`${count} ${count === 1 ? one : more} ${what}`];

/** `23.1 frames/s, latency 41 ms (95 % within 55 ms), 12 frames dropped, 1 packet damaged, 2 times reconnected`. */
export function formatSpeed(status: StreamStatus): string {
  const { framesPerSecond, latency, droppedFrames, damagedPackets, reconnects } = status;
  return [
    ...(framesPerSecond === undefined ? [] : [`${framesPerSecond.toFixed(1)} frames/s`]),
    `latency ${milliseconds(latency.p50)} (95 % within ${milliseconds(latency.p95)})`,
    ...counted(droppedFrames, 'frame', 'frames', 'dropped'),
    ...counted(damagedPackets, 'packet', 'packets', 'damaged'),
    ...counted(reconnects, 'time', 'times', 'reconnected'),
  ].join(', ');
}

/** One plain line: `frame 80, 3.2 s: carving ice 91.2 %, ice climbing 3.0 %; 23.1 frames/s, …`. */
export function formatStreamLine(status: StreamStatus): string {
  const classes = status.predictions.map(({ label, probability }) => `${label} ${percent(probability)}`);
  return `${position(status)}: ${classes.join(', ')}; ${formatSpeed(status)}`;
}

/** The classes under one another, as `movinet predict` shows them. */
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

/**
 * The lines of a screen of several sources, none wider than `width` and fewer than `height` in all: a block for each one where they fit, else a
 * line.
 */
export function formatStreamScreens(
  blocks: readonly StreamBlock[],
  { width, height }: { readonly width: number; readonly height: number },
  colour: (text: string) => string,
): string[] {
  const fit = (text: string): string => truncate(text, Math.max(1, width - 1));
  const titleOf = ({ title, ended }: StreamBlock): string => (ended === undefined ? title : `${title} (${ended})`);
  const whole = blocks.flatMap((block) =>
    block.status
      ? formatStreamScreen(titleOf(block), block.status, width, colour)
      : [fit(`${titleOf(block)}${block.ended === undefined ? '  …' : ''}`)],
  );
  if (whole.length < height) return whole;
  const rows = blocks.map((block) => fit(`${titleOf(block)}  ${block.status ? formatStreamLine(block.status) : '…'}`));
  if (rows.length < height) return rows;
  const shown = Math.max(0, height - 2);
  return [...rows.slice(0, shown), fit(`… and ${rows.length - shown} more`)];
}

/** What `--json` writes of it; null for what is not known. */
export function streamRecord(status: StreamStatus): object {
  const { lastFrame, seconds, predictions, framesPerSecond, latency, ...counts } = status;
  const { droppedFrames, damagedPackets, reconnects } = counts;
  const rounded = (value: number | undefined): number | null => (value === undefined ? null : Number(value.toFixed(3)));
  return {
    lastFrame,
    seconds: rounded(seconds),
    predictions,
    framesPerSecond: rounded(framesPerSecond),
    latencyMs: { p50: rounded(latency.p50), p95: rounded(latency.p95) },
    ...{ droppedFrames, damagedPackets, reconnects },
  };
}
