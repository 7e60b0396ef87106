import { Session, type Profiler } from 'node:inspector';

/**
 * Which characters of the program's sources have run, by V8's own counters. It is what guides the search: jazzer.js, a libFuzzer for Node, has
 * binaries for newer C libraries than Debian 12's alone.
 */
export class Coverage {
  private readonly session = new Session();
  /** By address and place of a function: which of its characters have run. */
  private readonly seen = new Map<string, Uint8Array>();
  private covered = 0;

  /** `wanted`: which scripts count, by address. */
  constructor(private readonly wanted: (url: string) => boolean) {
    this.session.connect();
    this.session.post('Profiler.enable');
    this.session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Characters that have run so far. */
  get total(): number {
    return this.covered;
  }

  /** Whether anything ran since the last look that had not run before; `keep`: from now on it has. */
  look(keep: boolean): boolean {
    let isNew = false;
    this.session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error !== null) throw error;
      for (const { url, functions } of answer.result) {
        if (!this.wanted(url)) continue;
        for (const { ranges } of functions) isNew = this.add(url, ranges, keep) || isNew;
      }
    });
    return isNew;
  }

  close(): void {
    this.session.disconnect();
  }

  /** A function's ranges are nested, the outer ones first: the innermost has the say. Functions within are functions of their own. */
  private add(url: string, ranges: readonly Profiler.CoverageRange[], keep: boolean): boolean {
    const [whole] = ranges;
    if (whole === undefined || whole.count === 0) return false;
    const start = whole.startOffset;
    const ran = new Uint8Array(whole.endOffset - start);
    for (const { startOffset, endOffset, count } of ranges)
      ran.fill(count > 0 ? 1 : 0, startOffset - start, endOffset - start);
    const key = `${url}:${start}-${whole.endOffset}`;
    const seen = this.seen.get(key) ?? new Uint8Array(ran.length);
    const isNew = ran.some((value, at) => value > seen[at]!);
    if (!isNew || !keep) return isNew;
    this.seen.set(
      key,
      seen.map((value, at) => {
        if (ran[at]! > value) this.covered++;
        return value | ran[at]!;
      }),
    );
    return true;
  }
}
