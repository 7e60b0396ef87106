import { createServer, request } from 'node:http';
import { type AddressInfo, type Socket, connect } from 'node:net';

/** A proxy whose hosts, whatever their names, are all one server of this machine. Notes what it is asked for. */
export class Proxy {
  readonly asked: string[] = [];
  /** What it answers instead of passing on. */
  refusal: string | undefined;
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((incoming, response) => {
    this.asked.push(`${incoming.method} ${incoming.url}`);
    if (this.refusal !== undefined) {
      response.writeHead(Number.parseInt(this.refusal)).end('refused');
      return;
    }
    const { pathname } = new URL(incoming.url!);
    const { method, headers } = incoming;
    const passedOn = request({ port: this.target(), host: '127.0.0.1', path: pathname, method, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(passedOn);
  });

  constructor(private readonly target: () => number) {
    this.server.on('connection', (socket) => this.sockets.add(socket));
    this.server.on('connect', (incoming, socket) => {
      this.asked.push(`CONNECT ${incoming.url}`);
      if (this.refusal !== undefined) {
        socket.end(`HTTP/1.1 ${this.refusal}\r\n\r\n`);
        return;
      }
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      const tunnel = connect(this.target(), '127.0.0.1');
      tunnel.pipe(socket).pipe(tunnel);
      for (const end of [tunnel, socket]) end.on('error', () => undefined).on('close', () => tunnel.destroy());
    });
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.sockets.forEach((socket) => socket.destroy());
    await new Promise((resolve) => this.server.close(resolve));
  }
}
