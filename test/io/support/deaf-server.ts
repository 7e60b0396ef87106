import { type Socket, connect } from 'node:net';
import { Worker } from 'node:worker_threads';

/** Listens, and then never takes a connection: its thread sleeps. */
const LISTENER = `
const { parentPort } = require('node:worker_threads');
const server = require('node:net').createServer();
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  parentPort.postMessage(server.address().port);
  setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
});
`;

/** A host that neither takes nor refuses connections, as behind a firewall that drops packets: its queue of connections is full. */
export class DeafServer {
  private readonly queued: Socket[] = [];
  private constructor(
    private readonly worker: Worker,
    private readonly port: number,
  ) {}

  static async listen(): Promise<DeafServer> {
    const worker = new Worker(LISTENER, { eval: true });
    const port = await new Promise<number>((resolve) => worker.once('message', resolve));
    const server = new DeafServer(worker, port);
    // Linux takes one connection more than the backlog says; of four, at least one is left waiting.
    for (let i = 0; i < 4; i++) server.queued.push(connect(port, '127.0.0.1').on('error', () => undefined));
    await new Promise((resolve) => setTimeout(resolve, 50));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  async close(): Promise<void> {
    this.queued.forEach((socket) => socket.destroy());
    await this.worker.terminate();
  }
}
