import type { Precision } from '../../../lib/runtime/session-config';
import type { Machine } from '../machine';
import type { Ratio } from './alternate';
import type { Work } from './works';

/** How a peer did in one work. */
export type PeerResult = { readonly peer: string; readonly title: string } & (
  | {
      readonly status: 'compared';
      readonly versions: Readonly<Record<string, string>>;
      /** Of its time to ours in each round: above 1 we are faster. */
      readonly ratio: Ratio;
      /** Of a run, the median in each round. */
      readonly milliseconds: readonly number[];
      /** Largest difference of its numbers from ours, over the largest magnitude. */
      readonly error: number;
      /** Processors' worth that it uses while it waits for its turn. */
      readonly idleLoad: number;
    }
  /** Its numbers are others, so its time says nothing. */
  | { readonly status: 'differs'; readonly error: number }
  | { readonly status: 'failed'; readonly reason: string }
);

/** One work, done by us and by its peers in turns. */
export interface WorkResult {
  readonly work: Work;
  readonly threads: number;
  readonly precision: Precision;
  /** What a run handles: so many clips or frames. */
  readonly items: { readonly count: number; readonly unit: 'clips' | 'frames' };
  /** Of a run of ours, the median in each round; empty where no peer was there to compare with. */
  readonly milliseconds: readonly number[];
  readonly peers: readonly PeerResult[];
}

export interface PeersReport {
  /** When it began, ISO 8601. */
  readonly date: string;
  readonly machine: Machine;
  readonly rounds: number;
  readonly works: readonly WorkResult[];
}
