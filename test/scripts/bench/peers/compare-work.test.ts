import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QuietProgress } from '../../../../lib/cli/terminal/progress';
import { compareWork, type PreparedPeer } from '../../../../scripts/bench/peers/compare-work';
import { fake, peer, WORK } from './support';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'movinet-peers-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const NUMBERS = [3, -4];

/** Our side and peers by their names, each as `fake-peer.mjs` is told to be; a text is why there is none. */
function compare(own: object, peers: Record<string, object | string>) {
  const log = join(folder, 'log');
  return compareWork(WORK, Object.keys(peers).map(peer), {
    ...{ threads: 1, precision: 'float32', rounds: 3, progress: new QuietProgress(process.stderr) },
    own: fake({ name: 'own', numbers: NUMBERS, log, ...own }),
    prepare: ({ name }): Promise<PreparedPeer> => {
      const how = peers[name]!;
      return typeof how === 'string'
        ? Promise.reject(new RangeError(how))
        : Promise.resolve(fake({ name, numbers: NUMBERS, log, ...how }));
    },
  });
}

it('compares the peers whose numbers are ours, in turns', async () => {
  const result = await compare({ milliseconds: 200 }, { a: { milliseconds: 500 }, b: { milliseconds: 100 } });
  expect(result).toMatchObject({
    ...{ items: { count: 4, unit: 'clips' }, milliseconds: [200, 200, 200] },
    peers: [
      { peer: 'a', title: 'A', status: 'compared', ratio: { median: 2.5, min: 2.5, max: 2.5 }, error: 0 },
      { peer: 'b', status: 'compared', ratio: { median: 0.5 }, versions: { b: '1.0' }, milliseconds: [100, 100, 100] },
    ],
  });
  const round = ['own run 6', 'a run 3', 'b run 11'];
  expect(
    readFileSync(join(folder, 'log'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.trim()),
  ).toEqual([...['own open', 'a open', 'b open', 'own run 1', 'a run 1', 'b run 1'], ...round, ...round, ...round]);
});

it('reports a peer with other numbers and does not time it', async () => {
  const result = await compare({}, { a: { numbers: [3, -4.04] }, b: { numbers: [3] }, c: {} });
  expect(result.peers).toMatchObject([
    { peer: 'a', status: 'differs', error: expect.closeTo(0.01, 5) as number },
    { peer: 'b', status: 'differs', error: Infinity },
    { peer: 'c', status: 'compared' },
  ]);
  expect(readFileSync(join(folder, 'log'), 'utf8')).not.toMatch(/[ab] run/);
});

it('goes on without peers that fail, and says why', async () => {
  const result = await compare(
    {},
    { gone: 'no Python', a: { openError: 'ValueError: bad graph' }, b: { endsAt: 3 }, c: { failsAt: 2 }, d: {} },
  );
  expect(result.peers).toEqual([
    { peer: 'gone', title: 'GONE', status: 'failed', reason: 'no Python' },
    { peer: 'a', title: 'A', status: 'failed', reason: 'ValueError: bad graph' },
    { peer: 'b', title: 'B', status: 'failed', reason: 'it ended (status 3): terminate called' },
    { peer: 'c', title: 'C', status: 'failed', reason: 'out of memory' },
    expect.objectContaining({ peer: 'd', status: 'compared' }),
  ]);
});

it('times nothing where nobody is left', async () => {
  const result = await compare({}, { a: 'no Python' });
  expect(result).toMatchObject({ milliseconds: [], peers: [{ status: 'failed' }] });
});

it('fails where our own side does', async () => {
  await expect(compare({ openError: 'no memory' }, { a: {} })).rejects.toThrow('no memory');
  await expect(compare({ failsAt: 2 }, { a: {} })).rejects.toThrow('movinet-native failed: out of memory');
});
