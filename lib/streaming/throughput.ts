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
