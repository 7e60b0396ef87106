import { MovinetError } from '../../../../../lib/base/errors';
import { PeerProcess, threadEnvironment } from '../../../../../scripts/bench/peers/children/peer-process';
import { fake, OPEN } from '../support';

const started: PeerProcess[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((child) => child.close()));
});

function start(how: object = {}): PeerProcess {
  const child = PeerProcess.start({ command: fake({ name: 'one', ...how }).command });
  started.push(child);
  return child;
}

it('opens, runs and ends by itself', async () => {
  const child = start({ numbers: [0.5], milliseconds: 4 });
  await expect(child.open(OPEN)).resolves.toEqual({ numbers: [0.5], versions: { one: '1.0' } });
  await expect(child.run(3)).resolves.toEqual([4, 4, 4]);
  await expect(child.run(1)).resolves.toEqual([4]);
  const { pid } = child;
  await child.close();
  expect(() => process.kill(pid!, 0)).toThrow('ESRCH');
});

it('says what an answer says that failed, and takes further requests', async () => {
  const child = start({ openError: 'ValueError: no such operation' });
  await expect(child.open(OPEN)).rejects.toThrow(new MovinetError('ValueError: no such operation'));
  await expect(child.run(1)).resolves.toEqual([10]);
});

it.each([
  ['ends in the middle', { endsAt: 1 }, 'it ended (status 3): terminate called'],
  ['prints something else', { garbage: true }, 'its answer is no JSON: no json'],
  ['tells times that are none', { milliseconds: -1 }, /its answer is not what was asked for/],
])('names a child that %s', async (_, how, message) => {
  await expect(start(how).run(1)).rejects.toThrow(message);
});

it('names a program that cannot be started', async () => {
  const child = PeerProcess.start({ command: ['/nowhere/python', 'x.py'] });
  started.push(child);
  await expect(child.open(OPEN)).rejects.toThrow(/ENOENT/);
});

it('gives every library the same threads, and lets none of them spin', () => {
  const environment = threadEnvironment(3);
  const counts = ['OMP_NUM_THREADS', 'MKL_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'TF_NUM_INTRAOP_THREADS'];
  expect(counts.map((name) => environment[name])).toEqual(['3', '3', '3', '3']);
  expect(environment).toMatchObject({ OMP_WAIT_POLICY: 'PASSIVE', KMP_BLOCKTIME: '0' });
});
