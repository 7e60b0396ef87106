import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Worker } from 'node:worker_threads';

const root = join(__dirname, '..', '..', '..');

/** What every script begins with: the addon as `addon`, without its loader, and helpers. */
export const PRELUDE = `
  const addon = require(require.resolve('node-gyp-build', { paths: [process.env.ROOT] }))(process.env.ROOT);
  /** A session with a run that waits for ever, under way. */
  async function block() {
    const graph = addon.createGraph();
    const types = { component_types: { types: ['float32'] } };
    graph.addOperation({ type: 'FIFOQueueV2', name: 'queue', inputs: [], attributes: types });
    graph.addOperation({ type: 'QueueDequeueV2', name: 'take', inputs: ['queue:0'], attributes: types });
    const session = await addon.createSession(graph);
    return { session, run: session.run(session.prepare([], ['take:0']), []) };
  }
`;

const environment = (values: Record<string, string>): NodeJS.ProcessEnv => ({ ...process.env, ROOT: root, ...values });

export interface ScriptEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
  readonly seconds: number;
}

/** Runs JavaScript in a process of its own, where `addon` is the addon; `script` may await. */
export async function runScript(script: string, values: Record<string, string> = {}): Promise<ScriptEnd> {
  const began = performance.now();
  const program = `${PRELUDE} (async () => { ${script} })();`;
  const child = spawn(process.execPath, ['-e', program], {
    env: environment(values),
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  const output = await text(child.stdout);
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return { code: child.exitCode, signal: child.signalCode, output, seconds: (performance.now() - began) / 1000 };
}

/** A worker thread that runs such a script, once it has posted a message. */
export async function startWorker(script: string, values: Record<string, string> = {}): Promise<Worker> {
  const post = `const ready = () => require('node:worker_threads').parentPort.postMessage('ready');`;
  const worker = new Worker(`${PRELUDE} ${post} (async () => { ${script} })();`, {
    eval: true,
    env: environment(values),
  });
  await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  return worker;
}
