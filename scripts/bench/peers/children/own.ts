import { createInterface } from 'node:readline';
import { messageOf } from '../../../../lib/base/shown';
import { loadAddon } from '../../../../lib/native/addon';
import type { Opened, PeerRequest } from './messages';
import { openOwnWork, type ReadyWork } from './own-work';

/** Our own side of the comparison: a child that answers as the peers' children do, see `messages.ts`. */
async function serve(): Promise<void> {
  const addon = loadAddon();
  let ready: ReadyWork | undefined;
  const answer = async (request: PeerRequest): Promise<object> => {
    if (request.request === 'open') {
      ready = await openOwnWork(addon, request);
      const versions = { tensorflow: addon.tensorFlowVersion() };
      return { numbers: [...ready.numbers], versions } satisfies Opened;
    }
    const milliseconds: number[] = [];
    for (let i = 0; i < request.count; i++) {
      const begin = performance.now();
      await ready?.once();
      milliseconds.push(performance.now() - begin);
    }
    return { milliseconds };
  };
  for await (const line of createInterface({ input: process.stdin })) {
    const given = JSON.parse(line) as PeerRequest;
    const result = await answer(given).catch((error: unknown) => ({ error: messageOf(error) }));
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
  process.exit(0);
}

void serve();
