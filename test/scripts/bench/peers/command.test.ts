import { UsageError } from '../../../../lib/base/errors';
import { isComplete, parsePeersOptions } from '../../../../scripts/bench/peers/command';
import { PEERS } from '../../../../scripts/bench/peers/peer-list';
import type { PeerResult, WorkResult } from '../../../../scripts/bench/peers/results';
import { peersFor, type PeersPlan } from '../../../../scripts/bench/peers/run-peers';
import { WORKS } from '../../../../scripts/bench/peers/works';
import { WORK } from './support';

it('reads works, peers and what they need', () => {
  const argv = ['--work', 'a0-base-forward', '--work', 'decode-clips', '--peer', 'pytorch', '--pytorch', 'port'];
  const more = ['--rounds', '2', '--threads', '1', '--precision', 'bfloat16', '--weights', 'a0-base=run/ckpt-1'];
  expect(parsePeersOptions([...argv, ...more])).toEqual({
    ...{ work: ['a0-base-forward', 'decode-clips'], peer: ['pytorch'], pytorch: 'port', python: 'python3.11' },
    ...{ rounds: 2, threads: 1, precision: 'bfloat16', weights: [['a0-base', 'run/ckpt-1']] },
    ...{ json: false, verbose: false },
  });
});

it.each([
  ['an unknown work', ['--work', 'a9-forward'], /--work.*a0-base-forward.*"a9-forward"/],
  ['an unknown peer', ['--peer', 'theano'], /--peer.*openvino.*"theano"/],
  ['weights of no model', ['--weights', 'ckpt-1'], /--weights.*MODEL=CHECKPOINT.*"ckpt-1"/],
  ['PyTorch without its port', ['--peer', 'pytorch'], /needs --pytorch/],
  ['no round', ['--rounds', '0'], /--rounds/],
])('refuses %s, naming it', (_, argv, message) => {
  expect(() => parsePeersOptions(argv)).toThrow(UsageError);
  expect(() => parsePeersOptions(argv)).toThrow(message);
});

/** Names of the peers that do a work. */
function names(work: string, plan: Partial<PeersPlan> = {}): string[] {
  const all = { peers: PEERS, precision: 'float32', port: 'port', ...plan } as PeersPlan;
  return peersFor(
    WORKS.find(({ name }) => name === work)!,
    all,
  ).map(({ name }) => name);
}

it('gives each work to those that can do it', () => {
  expect(names('a0-base-forward')).toEqual(['openvino', 'onnxruntime', 'litert', 'pytorch', 'official']);
  expect(names('a0-base-forward', { port: undefined })).toEqual(['openvino', 'onnxruntime', 'litert', 'official']);
  expect(names('a0-base-forward', { precision: 'bfloat16' })).toEqual(['openvino', 'pytorch']);
  expect(names('a0-base-head-step')).toEqual(['pytorch', 'official']);
  expect(names('a0-stream-relu6-frame')).toEqual(['openvino', 'onnxruntime', 'litert', 'official']);
  expect(names('decode-clips')).toEqual(['decord', 'pyav', 'torchcodec']);
});

it('is complete where every work was compared with somebody, and with everybody who was asked for', () => {
  const failed: PeerResult = { peer: 'litert', title: 'LiteRT', status: 'failed', reason: 'gone' };
  const compared: PeerResult = {
    ...{ peer: 'openvino', title: 'OpenVINO', status: 'compared', versions: {}, error: 0, idleLoad: 0 },
    ...{ ratio: { median: 1, min: 1, max: 1 }, milliseconds: [1] },
  };
  const report = (...peers: PeerResult[]) =>
    ({
      works: [
        { work: WORK, threads: 1, precision: 'float32', items: { count: 1, unit: 'clips' }, milliseconds: [], peers },
      ],
    }) satisfies { works: WorkResult[] };
  expect(isComplete(report(compared, failed), undefined)).toBe(true);
  expect(isComplete(report(compared, failed), ['openvino'])).toBe(true);
  expect(isComplete(report(compared, failed), ['openvino', 'litert'])).toBe(false);
  expect(isComplete(report(failed), undefined)).toBe(false);
});
