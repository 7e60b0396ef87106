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
