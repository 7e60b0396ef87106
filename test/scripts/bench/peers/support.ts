import { join } from 'node:path';
import type { OpenRequest } from '../../../../scripts/bench/peers/children/messages';
import type { PreparedPeer } from '../../../../scripts/bench/peers/compare-work';
import type { Peer } from '../../../../scripts/bench/peers/peer-list';
import type { Work } from '../../../../scripts/bench/peers/works';

export const WORK: Work = { name: 'small', kind: 'forward', model: 'a0-base', clips: 4, frames: 2, size: 32 };

export const OPEN: OpenRequest = {
  ...{ request: 'open', peer: 'fake', work: WORK, threads: 1, precision: 'float32', classes: 2, compared: 1 },
};

/** What starts the peer of `fake-peer.mjs` with these arguments. */
export function fake(how: { readonly name: string; readonly [key: string]: unknown }): PreparedPeer {
  return { command: [process.execPath, join(__dirname, 'fake-peer.mjs'), JSON.stringify(how)], request: OPEN };
}

export function peer(name: string): Peer {
  const title = name.toUpperCase();
  return { name, title, environment: name, script: 'none.py', format: 'graph', bfloat16: false, does: () => true };
}
