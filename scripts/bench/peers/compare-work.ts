import { join } from 'node:path';
import type { ProgressSink } from '../../../lib/cli/terminal/progress-sink';
import { MovinetError } from '../../../lib/base/errors';
import { messageOf } from '../../../lib/base/shown';
import type { Precision } from '../../../lib/runtime/session-config';
import { alternate, ratioOf, type Participant } from './alternate';
import { idleLoads } from './children/idle-load';
import type { Opened, OpenRequest } from './children/messages';
import { checkNumbers } from './numbers';
import type { Peer } from './peer-list';
import { PeerProcess, threadEnvironment, type PeerCommand } from './children/peer-process';
import type { PeerResult, WorkResult } from './results';
import { isDecoding, type Work } from './works';

const OWN = 'movinet-native';
/** A peer that uses more of a processor while it waits slows the others down. */
const MOST_IDLE_LOAD = 0.05;

/** What a peer is started by, and what it is asked to get ready for. */
export interface PreparedPeer {
  readonly command: PeerCommand['command'];
  readonly request: OpenRequest;
}

export interface CompareOptions {
  readonly threads: number;
  readonly precision: Precision;
  readonly rounds: number;
  readonly own: PreparedPeer;
  /** Rejects with the reason where a peer cannot be had. */
  readonly prepare: (peer: Peer) => Promise<PreparedPeer>;
  readonly progress: ProgressSink;
  readonly signal?: AbortSignal | undefined;
}

/** What our own side is started by. */
export const OWN_COMMAND: PeerCommand['command'] = [
  process.execPath,
  ...['-r', require.resolve('ts-node/register'), join(__dirname, 'children', 'own.ts')],
];

interface Candidate {
  readonly peer: Peer;
  readonly child: PeerProcess;
  readonly opened: Opened;
  readonly error: number;
}

/** Does one work in turns with the peers whose numbers are ours. Rejects where our own side fails. */
export async function compareWork(work: Work, peers: readonly Peer[], options: CompareOptions): Promise<WorkResult> {
  const { threads, precision, progress, signal } = options;
  const children: PeerProcess[] = [];
  const results = new Map<Peer, PeerResult>();
  const open = async ({ command, request }: PreparedPeer) => {
    const child = PeerProcess.start({ command, env: threadEnvironment(threads), signal });
    children.push(child);
    return { child, opened: await child.open(request) };
  };
  progress.start({ label: work.name, total: 1 + peers.length, unit: 'programs ready' });
  try {
    const own = await open(options.own);
    progress.update(1);
    const candidates: Candidate[] = [];
    for (const [place, peer] of peers.entries()) {
      const { name, title } = peer;
      try {
        const { child, opened } = await open(await options.prepare(peer));
        const { error, equal } = checkNumbers(work.kind, precision, opened.numbers, own.opened.numbers);
        if (equal) candidates.push({ peer, child, opened, error });
        else {
          results.set(peer, { peer: name, title, status: 'differs', error });
          await child.close();
        }
      } catch (error) {
        signal?.throwIfAborted();
        results.set(peer, { peer: name, title, status: 'failed', reason: messageOf(error) });
      }
      progress.update(2 + place);
    }
    progress.end(`${work.name}: ${candidates.length} of ${peers.length} peers have the same numbers`);
    const items = itemsOf(work, own.opened);
    const milliseconds = await time(own.child, candidates, results, options);
    const inOrder = peers.flatMap((peer) => results.get(peer) ?? []);
    return { work, threads, precision, items, milliseconds, peers: inOrder };
  } finally {
    await Promise.all(children.map((child) => child.close()));
  }
}

/** Times them in turns, and adds what came of each peer to the results; resolves to our own turns. */
async function time(
  own: PeerProcess,
  candidates: readonly Candidate[],
  results: Map<Peer, PeerResult>,
  { rounds, progress, signal }: CompareOptions,
): Promise<readonly number[]> {
  if (candidates.length === 0) return [];
  const participants: Participant[] = [
    { name: OWN, run: (count) => own.run(count) },
    ...candidates.map(({ peer, child }) => ({ name: peer.name, run: (count: number) => child.run(count) })),
  ];
  progress.start({ label: 'Timing', total: participants.length * (1 + rounds), unit: 'turns' });
  let done = 0;
  const { turns, failures } = await alternate(participants, {
    ...{ rounds, signal },
    onTurn: (name) => progress.update((done += 1), { program: name }),
  });
  const loads = await idleLoads(
    candidates.map(({ child }) => child.pid ?? 0),
    signal,
  );
  progress.end(`Timed ${rounds} rounds`);
  const failure = failures.get(OWN);
  if (failure !== undefined) throw new MovinetError(`${OWN} failed: ${failure}`);
  const ours = turns.get(OWN) ?? [];
  for (const [place, { peer, opened, error }] of candidates.entries()) {
    const { name, title } = peer;
    const reason = failures.get(name);
    const milliseconds = turns.get(name) ?? [];
    const idleLoad = loads[place] ?? 0;
    if (reason !== undefined) results.set(peer, { peer: name, title, status: 'failed', reason });
    else {
      const { versions } = opened;
      const ratio = ratioOf(milliseconds, ours);
      results.set(peer, { peer: name, title, status: 'compared', versions, ratio, milliseconds, error, idleLoad });
    }
    if (idleLoad > MOST_IDLE_LOAD)
      progress.warn(
        `${title} uses ${Math.round(100 * idleLoad)} % of a processor while it waits: all others are slower for it`,
      );
  }
  return ours;
}

function itemsOf(work: Work, { numbers }: Opened): WorkResult['items'] {
  if (isDecoding(work)) return { count: numbers.reduce((sum, frames) => sum + frames, 0), unit: 'frames' };
  return work.kind === 'frame' ? { count: work.clips, unit: 'frames' } : { count: work.clips, unit: 'clips' };
}
