import { spawn } from 'node:child_process';
import { singleLabel } from '../../../lib/base/task';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { architectureOf } from '../../../lib/movinet/describe-movinet';
import { initialWeights } from '../../../lib/movinet/initialize';
import { saveModel, seededUniform } from '../../../lib/model/classifier';
import { createModel } from '../../../lib/model/movinet-model';
import { loadAddon } from '../../../lib/native/addon';
import { suiteFolder } from '../../support/suite-folder';

const { path: folder } = suiteFolder();
const script = join(__dirname, '../../../lib/cli/main.ts');

it('ends at once by Ctrl-C, while a source that is silent is still to be opened', async () => {
  const weights = initialWeights(architectureOf('a0-stream-relu6', 2), { uniform: seededUniform(1), reZero: 1 });
  const clip = { size: 32, frames: 4, every: { frames: 2 }, short: 'zero' } as const;
  const model = join(folder, 'model');
  await saveModel(createModel({ id: 'a0-stream-relu6', task: singleLabel(['a', 'b']), clip }, weights), model, {
    addon: loadAddon(),
  });
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  const connected = once(silent, 'connection');
  const child = spawn(
    process.execPath,
    [
      '-r',
      'ts-node/register/transpile-only',
      script,
      'stream',
      '--model',
      model,
      '--device',
      'cpu',
      '--timeout',
      '300',
      `rtsp://127.0.0.1:${port}/`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  try {
    const ended = once(child, 'exit');
    await connected;
    const begin = performance.now();
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    // A fifth of a second on an idle machine; the source would have kept it for five minutes.
    expect(performance.now() - begin).toBeLessThan(15_000);
  } finally {
    child.kill('SIGKILL');
    sockets.forEach((socket) => socket.destroy());
    silent.close();
  }
});
