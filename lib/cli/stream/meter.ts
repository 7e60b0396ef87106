import type { StreamStatus } from '../terminal/stream-text';

/** Enough for a steady 95th percentile, few enough to follow a change. */
const LATENCIES = 256;

/** Percentiles of the last durations. */
export class LatencyWindow {
  private readonly values: number[] = [];
  private added = 0;

  add(milliseconds: number): void {
    this.values[this.added % LATENCIES] = milliseconds;
    this.added += 1;
  }

  /** The smallest duration that `percent` of the last ones do not exceed; NaN before the first. */
  percentile(percent: number): number {
    const sorted = [...this.values].sort((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
  }
}

/** Long enough to be calm, short enough to follow a change. */
const WINDOW_MS = 5000;
/** Bounds the memory, however fast the chunks come. */
const MOST_SAMPLES = 512;

/** Frames a second over the last seconds. */
export class Throughput {
  private frames = 0;
  private samples: { readonly time: number; readonly frames: number }[] = [];

  /** Takes in that `frames` more were done at `time`, in milliseconds. */
  add(frames: number, time: number): void {
    this.frames += frames;
    this.samples.push({ time, frames: this.frames });
    const within = this.samples.findIndex((sample) => time - sample.time <= WINDOW_MS);
    // The last sample before the window is where the window's frames begin.
    const first = Math.max(within - 1, this.samples.length - MOST_SAMPLES, 0);
    if (first > 0) this.samples.splice(0, first);
  }

  /** Undefined until two chunks came at different times. */
  get perSecond(): number | undefined {
    const [first] = this.samples;
    const last = this.samples.at(-1);
    if (!first || !last || last.time <= first.time) return undefined;
    return (1000 * (last.frames - first.frames)) / (last.time - first.time);
  }
}

/** Frames that the model takes a second, and how long it takes for them. */
export class StreamMeter {
  private readonly throughput = new Throughput();
  private readonly latency = new LatencyWindow();

  add(frames: number, milliseconds: number): void {
    this.throughput.add(frames, performance.now());
    this.latency.add(milliseconds);
  }

  speed(): Pick<StreamStatus, 'framesPerSecond' | 'latency'> {
    const { latency } = this;
    return {
      framesPerSecond: this.throughput.perSecond,
      latency: { p50: latency.percentile(50), p95: latency.percentile(95) },
    };
  }
}
