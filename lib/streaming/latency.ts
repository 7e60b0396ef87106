/** Enough for a steady 95th percentile, few enough to follow a change. */
const WINDOW = 256;

/** Percentiles of the last durations. */
export class LatencyWindow {
  private readonly values: number[] = [];
  private added = 0;

  add(milliseconds: number): void {
    this.values[this.added % WINDOW] = milliseconds;
    this.added += 1;
  }

  /** The smallest duration that `percent` of the last ones do not exceed; NaN before the first. */
  percentile(percent: number): number {
    const sorted = [...this.values].sort((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
  }
}
