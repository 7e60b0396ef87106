import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { DownloadError } from '../../lib/base/errors';
import { HttpClient, type HttpOptions, type HttpRequest, probe } from '../../lib/io/http';
import { TransferError } from '../../lib/io/http-retry';
import { FileServer } from '../support/file-server';
import { DeafServer } from './support/deaf-server';
import { Proxy } from './support/proxy';

const QUICK = { backoffMs: 1, timeoutMs: 2000, retries: 2, connectTimeoutMs: 2000 };
const WHOLE: HttpRequest = { accept: ({ status }) => status === 200, mayResume: () => false };
let server: FileServer;
beforeEach(async () => {
  server = await new FileServer().listen();
});
afterEach(() => server.close());

async function text(url: string, options: HttpOptions = QUICK): Promise<string> {
  const client = new HttpClient(options);
  const pieces: Uint8Array[] = [];
  try {
    for await (const { bytes } of client.read(url, WHOLE)) pieces.push(bytes);
  } finally {
    client.close();
  }
  return Buffer.concat(pieces).toString();
}

describe('a proxy', () => {
  let proxy: Proxy;
  beforeEach(async () => {
    proxy = await new Proxy(() => Number(new URL(server.url('/')).port)).listen();
  });
  afterEach(async () => {
    for (const name of ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'no_proxy', 'NO_PROXY'])
      Reflect.deleteProperty(process.env, name);
    await proxy.close();
  });

  it.each(['HTTP_PROXY', 'http_proxy'])('is asked where %s names it, for hosts that only it knows', async (name) => {
    process.env[name] = proxy.url;
    server.file('/f', Buffer.from('content'));
    expect(await text('http://files.invalid/f')).toBe('content');
    expect(proxy.asked).toEqual(['GET http://files.invalid/f']);
    await expect(probe('http://files.invalid/f')).resolves.toBeUndefined();
  });

  it.each(['NO_PROXY', 'no_proxy'])('is not asked for the hosts of %s', async (name) => {
    process.env['HTTP_PROXY'] = proxy.url;
    process.env[name] = 'files.invalid,127.0.0.1';
    expect(await text(server.file('/f', Buffer.from('content')))).toBe('content');
    expect(proxy.asked).toEqual([]);
  });

  it.each(['HTTPS_PROXY', 'https_proxy'])('makes the tunnel for HTTPS where %s names it', async (name) => {
    process.env[name] = proxy.url;
    const first: number[] = [];
    const tls = createServer((socket) => {
      socket.once('data', (bytes: Buffer) => (first.push(bytes[0]!), socket.destroy()));
    }).listen(0, '127.0.0.1');
    await once(tls, 'listening');
    const tunnels = await new Proxy(() => (tls.address() as AddressInfo).port).listen();
    process.env[name] = tunnels.url;
    const TLS_HANDSHAKE = 22;
    await expect(probe('https://files.invalid/f')).rejects.toThrow(/^https:\/\/files.invalid\/f cannot be reached/);
    expect(tunnels.asked).toEqual(['CONNECT files.invalid:443']);
    expect(first).toEqual([TLS_HANDSHAKE]);
    await tunnels.close();
    tls.close();
  });

  it.each(['407 Proxy Authentication Required', '502 Bad Gateway'])('that answers %s is named', async (refusal) => {
    process.env['HTTPS_PROXY'] = proxy.url;
    proxy.refusal = refusal;
    const named = `https://files.invalid/f cannot be reached (the proxy answered ${refusal})`;
    await expect(probe('https://files.invalid/f')).rejects.toThrow(named);
    await expect(text('https://files.invalid/f')).rejects.toThrow(named);
  });

  it('wants a password for plain HTTP too', async () => {
    process.env['HTTP_PROXY'] = proxy.url;
    proxy.refusal = '407';
    await expect(text('http://files.invalid/f')).rejects.toThrow(
      'http://files.invalid/f cannot be reached (the proxy answered 407 Proxy Authentication Required)',
    );
  });

  it('that cannot be reached, is silent or has no address is a failure', async () => {
    process.env['HTTPS_PROXY'] = proxy.url;
    await proxy.close();
    await expect(probe('https://files.invalid/f')).rejects.toThrow('cannot be reached (ECONNREFUSED)');
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    process.env['HTTPS_PROXY'] = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    await expect(probe('https://files.invalid/f', { connectTimeoutMs: 200 })).rejects.toThrow(
      'https://files.invalid/f cannot be reached (no answer within 0.2 s)',
    );
    silent.close();
    process.env['HTTPS_PROXY'] = 'not an address';
    await expect(probe('https://files.invalid/f')).rejects.toThrow(DownloadError);
    proxy = await new Proxy(() => 0).listen();
  });
});

describe('probe', () => {
  it('takes any listener for reachable, and sends nothing', async () => {
    await expect(probe(server.url('/x'))).resolves.toBeUndefined();
    expect(server.requests).toEqual([]);
  });

  it('gives up after its time, and on a signal', async () => {
    const deaf = await DeafServer.listen();
    try {
      await expect(probe(deaf.url, { connectTimeoutMs: 200 })).rejects.toThrow(
        `${deaf.url} cannot be reached (no answer within 0.2 s)`,
      );
      const reason = new Error('enough');
      await expect(probe(deaf.url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      const later = new AbortController();
      setTimeout(() => later.abort(reason), 20);
      await expect(probe(deaf.url, { connectTimeoutMs: 30_000, signal: later.signal })).rejects.toBe(reason);
    } finally {
      await deaf.close();
    }
  });
});

describe('HttpClient', () => {
  it.each<[string, () => string, number]>([
    ['in seconds', () => '1', 990],
    // A date has no parts of seconds.
    ['as a date', () => new Date(Date.now() + 2000).toUTCString(), 990],
  ])('waits as long as Retry-After says %s', async (_, header, leastMs) => {
    const times: number[] = [];
    server.on('/f', (_request, response, number) => {
      times.push(performance.now());
      response.writeHead(number === 0 ? 429 : 200, number === 0 ? { 'retry-after': header() } : {}).end('content');
    });
    expect(await text(server.url('/f'))).toBe('content');
    expect(times[1]! - times[0]!).toBeGreaterThan(leastMs);
    expect(times[1]! - times[0]!).toBeLessThan(4000);
  });

  it('gives up a connection that does not come about', async () => {
    const deaf = await DeafServer.listen();
    try {
      const failed = text(deaf.url, { ...QUICK, connectTimeoutMs: 200 });
      await expect(failed).rejects.toThrow(`${deaf.url} cannot be reached (no answer within 0.2 s)`);
      await expect(failed).rejects.toThrow(TransferError);
    } finally {
      await deaf.close();
    }
  });

  it('waits for the answer after early hints', async () => {
    server.on('/f', (_, response) =>
      response.writeEarlyHints({ link: '</style.css>; rel=preload' }, () => response.end('content')),
    );
    expect(await text(server.url('/f'))).toBe('content');
  });

  it('does not follow redirects in a circle', async () => {
    server.on('/a', (_, response) => response.writeHead(302, { location: '/b' }).end());
    server.on('/b', (_, response) => response.writeHead(302, { location: '/a' }).end());
    await expect(text(server.url('/a'))).rejects.toThrow(/\/a cannot be fetched \(.*edirect/);
    expect(server.requests).toHaveLength(2);
  });

  it('takes what is whole, though the connection ends badly', async () => {
    // Fills undici's buffer, so that it has not looked for the end when the connection breaks.
    const rest = Buffer.alloc(2 ** 16, 'x');
    server.on('/f', (request, response) => {
      response.writeHead(200, { 'content-length': rest.length + 1 }).write('x');
      setTimeout(() => response.write(rest), 50);
      setTimeout(() => request.socket.resetAndDestroy(), 100);
    });
    const client = new HttpClient(QUICK);
    let length = 0;
    for await (const { bytes } of client.read(server.url('/f'), WHOLE)) {
      length += bytes.length;
      if (length === 1) await sleep(200);
    }
    expect(length).toBe(rest.length + 1);
    expect(server.requests).toHaveLength(1);
  });

  it('ends the request that nobody reads any more', async () => {
    let closed: Promise<unknown> | undefined;
    server.on('/f', (_, response) => {
      closed = once(response, 'close');
      response.writeHead(200, { 'content-length': 10 }).write('x');
    });
    const client = new HttpClient(QUICK);
    for await (const { bytes } of client.read(server.url('/f'), WHOLE)) {
      expect(bytes).toHaveLength(1);
      break;
    }
    await closed;
  });
});

it('keeps no process alive: neither by an idle connection nor by one that was given up', async () => {
  const deaf = await DeafServer.listen();
  const script = `
    const { HttpClient, probe } = require(${JSON.stringify(join(__dirname, '../../lib/io/http'))});
    async function main() {
      const client = new HttpClient({});
      const whole = { accept: () => true, mayResume: () => false };
      for await (const { bytes } of client.read(${JSON.stringify(server.file('/f', Buffer.from('content')))}, whole));
      const signal = AbortSignal.timeout(50);
      await probe(${JSON.stringify(deaf.url)}, { connectTimeoutMs: 60_000, signal }).catch(() => undefined);
      const done = performance.now();
      process.on('exit', () => console.log(performance.now() - done));
    }
    void main();
  `;
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['-r', 'ts-node/register', '-e', script]);
    expect(Number(stdout)).toBeLessThan(1000);
    expect(stdout).not.toBe('');
  } finally {
    await deaf.close();
  }
});
