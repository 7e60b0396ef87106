import type { ProgressFields } from './progress-sink';

/** What a task's progress line shows. */
export interface ProgressState {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  /** In the plural, such as `clips`; `bytes` are shown in MiB. */
  readonly unit: string;
  readonly fields: ProgressFields;
  readonly perSecond: number | undefined;
  readonly secondsLeft: number | undefined;
  /** What goes on beside the task. */
  readonly beside?: string | undefined;
}

const MEBIBYTE = 1024 * 1024;

/** `7 s`, `3:05`, `1:02:09`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes}:${two(whole % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

/** Texts and whole numbers as they are, other numbers with four decimals. */
function formatField(name: string, value: number | string): string {
  return `${name} ${typeof value === 'string' || Number.isInteger(value) ? value : value.toFixed(4)}`;
}

/** `fields` in their order; `batch` and `batches` become one: `batch 3/14`. */
function formatFields(fields: ProgressFields): string[] {
  const { batch, batches, ...others } = fields;
  const position = batch === undefined ? [] : [`batch ${batch}${batches === undefined ? '' : `/${batches}`}`];
  return [...position, ...Object.entries(others).map(([name, value]) => formatField(name, value))];
}

/** `40/108 clips`, or `1.5/7.2 MiB`. */
export function formatAmount({ done, total, unit }: ProgressState): string {
  if (unit !== 'bytes') return `${done}/${total} ${unit}`;
  return `${(done / MEBIBYTE).toFixed(1)}/${(total / MEBIBYTE).toFixed(1)} MiB`;
}

function formatRate(perSecond: number, unit: string): string {
  if (unit === 'bytes') return `${(perSecond / MEBIBYTE).toFixed(1)} MiB/s`;
  return `${perSecond < 10 ? perSecond.toFixed(2) : perSecond.toFixed(1)} ${unit}/s`;
}

/** Everything that follows the amount, the most important first. */
export function formatDetails(state: ProgressState): string[] {
  const { fields, perSecond, secondsLeft, unit, beside } = state;
  return [
    ...formatFields(fields),
    ...(perSecond === undefined ? [] : [formatRate(perSecond, unit)]),
    ...(secondsLeft === undefined ? [] : [`${formatSeconds(secondsLeft)} left`]),
    ...(beside === undefined ? [] : [beside]),
  ];
}

/** One plain line: `Epoch 1/2: 40/108 clips, loss 0.5321, 35.1 clips/s, 2 s left`. */
export function formatPlainLine(state: ProgressState): string {
  return `${state.label}: ${[formatAmount(state), ...formatDetails(state)].join(', ')}`;
}

/** Weight of the past falls to 1/e over this time: long enough to be calm, short enough to follow a change. */
const SMOOTHING_MS = 5000;

/** Speed of a task, smoothed over the last seconds, from how far it was at which time. */
export class ProgressRate {
  private time: number;
  private done = 0;
  private rate: number | undefined;

  constructor(startTime: number) {
    this.time = startTime;
  }

  /** Takes in that `done` units were done at `time` (milliseconds). */
  update(done: number, time: number): void {
    const elapsed = time - this.time;
    if (elapsed <= 0 || done <= this.done) return;
    const current = ((done - this.done) / elapsed) * 1000;
    const weight = 1 - Math.exp(-elapsed / SMOOTHING_MS);
    this.rate = this.rate === undefined ? current : this.rate + (current - this.rate) * weight;
    this.time = time;
    this.done = done;
  }

  /** Units a second; undefined until something was done. */
  get perSecond(): number | undefined {
    return this.rate;
  }

  /** Seconds until `total` units are done at this speed; undefined while there is no speed yet. */
  secondsLeft(total: number): number | undefined {
    return this.rate === undefined ? undefined : Math.max(0, total - this.done) / this.rate;
  }
}
