import type { VideoRow } from '../row';

type Span = VideoRow['span'];

/** Spans of one video, to be asked whether another one has time in common with any. */
export class Spans {
  private whole = false;
  private readonly spans: (readonly [from: number, to: number])[] = [];
  /** Of the spans by their beginnings, the latest end so far. */
  private latest: number[] | undefined;

  /** Undefined: the whole video. */
  add(span: Span): void {
    if (span === undefined) this.whole = true;
    else this.spans.push(span);
    this.latest = undefined;
  }

  intersects(span: Span): boolean {
    if (this.whole || span === undefined) return this.whole || this.spans.length > 0;
    this.latest ??= this.sorted();
    let [low, high] = [0, this.spans.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.spans[middle]![0] < span[1]) low = middle + 1;
      else high = middle;
    }
    return low > 0 && this.latest[low - 1]! > span[0];
  }

  private sorted(): number[] {
    this.spans.sort(([a], [b]) => a - b);
    let latest = -Infinity;
    return this.spans.map(([, to]) => (latest = Math.max(latest, to)));
  }
}
