import { median } from '../bench/scale/times';
import type { Reading } from './reading';

/** Bytes of resident memory that a step may leave behind. */
export const MOST_BYTES_A_STEP = 1024;
/** Of the readings, those that are left out at the beginning: caches fill, pools grow to what they need. */
const WARM_UP = 1 / 3;
/** Kept constant: what a step leaves of them it leaves for good. */
const COUNTS = ['tensors', 'graphs', 'sessions', 'descriptors', 'threads'] as const;

export interface Verdict {
  /** Of resident memory after the warm-up, the median of the slopes between all pairs of readings (Theil and Sen): one jump does not decide. */
  readonly bytesAStep: number;
  /** The reading after the warm-up with most of each. */
  readonly most: Readonly<Record<(typeof COUNTS)[number] | 'resident', number>>;
  /** What grows, in words; empty: nothing. */
  readonly faults: readonly string[];
}

function slope(readings: readonly Reading[]): number {
  const slopes = readings.flatMap((a, i) =>
    readings.slice(i + 1).map((b) => (b.resident - a.resident) / (b.step - a.step)),
  );
  return median(slopes);
}

/** Whether a process came to hold more and more. `readings`: at least six, in order. */
export function judge(all: readonly Reading[]): Verdict {
  const readings = all.slice(Math.floor(all.length * WARM_UP));
  const bytesAStep = slope(readings);
  const mostOf = (name: keyof Verdict['most']): number => Math.max(...readings.map((reading) => reading[name]));
  const half = Math.ceil(readings.length / 2);
  // The least of the later half: what waits to be freed at one reading is gone at another.
  const grown = COUNTS.filter((name) => {
    const [before, after] = [readings.slice(0, half), readings.slice(half)].map((part) =>
      part.map((reading) => reading[name]),
    ) as [number[], number[]];
    return Math.min(...after) > Math.max(...before);
  });
  return {
    bytesAStep,
    most: {
      ...{ resident: mostOf('resident'), tensors: mostOf('tensors'), graphs: mostOf('graphs') },
      ...{ sessions: mostOf('sessions'), descriptors: mostOf('descriptors'), threads: mostOf('threads') },
    },
    faults: [
      ...(bytesAStep > MOST_BYTES_A_STEP ? [`resident memory grows by ${Math.round(bytesAStep)} bytes a step`] : []),
      ...grown.map((name) => `${name} grow`),
    ],
  };
}
