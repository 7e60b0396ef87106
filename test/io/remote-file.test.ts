import { randomFillSync } from 'node:crypto';
import { RemoteFile } from '../../lib/io/remote-file';
import { DownloadError } from '../../lib/base/errors';
import { RangeServer } from './support/range-server';

const content = randomFillSync(Buffer.alloc(300_000));
const QUICK = { backoffMs: 1, timeoutMs: 2000, retries: 2 };
let server: RangeServer;
beforeEach(async () => {
  server = await new RangeServer(content).listen();
});
afterEach(() => server.close());

describe('RemoteFile', () => {
  it('tells the size and reads ranges, and uses connections again', async () => {
    const ports = new Set<number | undefined>();
    server.fault = (_, __, raw) => (ports.add(raw.socket.remotePort), false);
    const file = await RemoteFile.open(server.url, QUICK);
    expect(file.size).toBe(content.length);
    expect(await file.read(10, 20)).toEqual(content.subarray(10, 20));
    expect((await file.read(0, content.length)).equals(content)).toBe(true);
    expect(await file.read(5, 5)).toEqual(Buffer.alloc(0));
    for (let i = 0; i < 30; i++) await file.read(i, i + 10);
    expect(server.requests.length).toBeGreaterThan(30);
    expect(ports.size).toBeLessThanOrEqual(3);
  });

  it('goes on where a cut connection stopped, as long as something comes', async () => {
    const file = await RemoteFile.open(server.url, QUICK);
    server.fault = (request, response) => request.end - request.start > 30_000 && server.cut(response, request, 30_000);
    expect((await file.read(0, content.length)).equals(content)).toBe(true);
    const starts = server.requests.slice(1).map((request) => request.start);
    expect(starts.length).toBeGreaterThan(5);
    expect([...starts].sort((a, b) => a - b)).toEqual(starts);
    expect(server.requestedBytes(1)).toBeLessThan(content.length * starts.length);
  });

  it('gives up where nothing comes any more', async () => {
    const file = await RemoteFile.open(server.url, QUICK);
    server.fault = (request, response) => server.cut(response, request, 0);
    await expect(file.read(0, 100)).rejects.toThrow(DownloadError);
    await expect(file.read(0, 100)).rejects.toThrow(
      /^http:.*\/videos.zip broke off the connection .*, 3 times in a row: try again later$/,
    );
    expect(server.requests).toHaveLength(1 + 3 + 3);
  });

  it.each([500, 502, 503, 429])('tries again after %d', async (status) => {
    server.fault = ({ number }, response) => number < 2 && (response.writeHead(status).end('busy'), true);
    const file = await RemoteFile.open(server.url, QUICK);
    expect(await file.read(0, 10)).toEqual(content.subarray(0, 10));
    expect(server.requests).toHaveLength(4);
  });

  it('waits as long as the server asks', async () => {
    const times: number[] = [];
    server.fault = ({ number }, response) => {
      times.push(performance.now());
      return number === 0 && (response.writeHead(503, { 'retry-after': '1' }).end(), true);
    };
    await RemoteFile.open(server.url, QUICK);
    expect(times[1]! - times[0]!).toBeGreaterThan(990);
  });

  it.each([401, 403, 404, 410])('does not try again after %d', async (status) => {
    server.fault = (_, response) => (response.writeHead(status).end(), true);
    const opened = RemoteFile.open(server.url, QUICK);
    await expect(opened).rejects.toThrow(DownloadError);
    await expect(opened).rejects.toThrow(new RegExp(`^${server.url} answered ${status} .*: check the address`));
    expect(server.requests).toHaveLength(1);
  });

  it('names the server’s last answer when it gives up', async () => {
    server.fault = (_, response) => (response.writeHead(503).end(), true);
    await expect(RemoteFile.open(server.url, QUICK)).rejects.toThrow(
      /answered 503 Service Unavailable, 3 times in a row/,
    );
  });

  it('refuses a server without ranges, without reading the whole file', async () => {
    server.fault = (_, response) => (response.writeHead(200, { 'content-length': 1e12 }).write('x'), true);
    await expect(RemoteFile.open(server.url, QUICK)).rejects.toThrow(/does not serve ranges of bytes/);
  });

  it('refuses an answer with another range', async () => {
    const file = await RemoteFile.open(server.url, QUICK);
    server.fault = (request, response) => (
      server.head(response, { ...request, start: 0, end: 10 }),
      response.end(content.subarray(0, 10)),
      true
    );
    await expect(file.read(100, 110)).rejects.toThrow(
      /answered with another range than asked for \(bytes 0-9\/300000\)/,
    );
  });

  it('notices that the file changed: another tag, another size', async () => {
    const file = await RemoteFile.open(server.url, QUICK);
    server.etag = '"2"';
    await expect(file.read(0, 10)).rejects.toThrow(/changed during the transfer/);
    server.etag = '"1"';
    server.content = content.subarray(0, 1000);
    await expect(file.read(0, 10)).rejects.toThrow(/changed during the transfer/);
    await expect(file.read(2000, 2010)).rejects.toThrow(/changed during the transfer/);
  });

  it('refuses an empty file', async () => {
    server.content = Buffer.alloc(0);
    await expect(RemoteFile.open(server.url, QUICK)).rejects.toThrow(/is empty/);
  });

  it('takes silence for a failure: before the headers and between pieces', async () => {
    const impatient = { ...QUICK, timeoutMs: 300, retries: 1 };
    const file = await RemoteFile.open(server.url, impatient);
    server.fault = () => true;
    await expect(file.read(0, 100)).rejects.toThrow(/sent nothing for 0.3 s, 2 times in a row/);
    server.fault = (request, response) => (server.head(response, request), response.flushHeaders(), true);
    await expect(file.read(0, 100)).rejects.toThrow(/sent nothing for 0.3 s, 2 times in a row/);
  });

  it('goes on after a silence in the middle of an answer', async () => {
    const file = await RemoteFile.open(server.url, { ...QUICK, timeoutMs: 300 });
    server.fault = (request, response) => {
      server.head(response, request);
      response.write(content.subarray(request.start, Math.min(request.start + 60, request.end)));
      return true;
    };
    expect((await file.read(0, 100)).equals(content.subarray(0, 100))).toBe(true);
    expect(server.requests.at(-1)).toMatchObject({ start: 60, end: 100 });
  });

  it('goes on after an answer that ends early', async () => {
    const file = await RemoteFile.open(server.url, QUICK);
    server.fault = ({ number, start, end }, response) => {
      if (number > 1) return false;
      // Without a length, the end of the connection is the end of the answer.
      response.useChunkedEncodingByDefault = false;
      response.writeHead(206, { 'content-range': `bytes ${start}-${end - 1}/${content.length}`, etag: '"1"' });
      response.end(content.subarray(start, start + 60));
      return true;
    };
    expect((await file.read(0, 100)).equals(content.subarray(0, 100))).toBe(true);
    expect(server.requests.at(-1)).toMatchObject({ start: 60, end: 100 });
  });

  it('does not take a slow caller for a silent server', async () => {
    const file = await RemoteFile.open(server.url, { ...QUICK, timeoutMs: 1000, retries: 0 });
    let length = 0;
    for await (const piece of file.stream(0, content.length)) {
      length += piece.length;
      if (length === piece.length) await new Promise((resolve) => setTimeout(resolve, 1300));
    }
    expect(length).toBe(content.length);
  });

  it('ends with the signal’s reason: before, while waiting for an answer, while waiting to try again', async () => {
    const reason = new Error('enough');
    await expect(RemoteFile.open(server.url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const silent = new AbortController();
    server.fault = () => (setImmediate(() => silent.abort(reason)), true);
    await expect(RemoteFile.open(server.url, { signal: silent.signal })).rejects.toBe(reason);
    const busy = new AbortController();
    server.fault = (_, response) => (response.writeHead(503).end(), setTimeout(() => busy.abort(reason), 50), true);
    await expect(RemoteFile.open(server.url, { signal: busy.signal, backoffMs: 60_000 })).rejects.toBe(reason);
  });

  it('says at once that there is no way to the server', async () => {
    const { url } = server;
    await server.close();
    await expect(RemoteFile.open(url, { backoffMs: 60_000 })).rejects.toThrow(
      /cannot be reached \(ECONNREFUSED\): check the network/,
    );
  });

  it.each(['videos.zip', 'file:///etc/passwd', ''])('refuses the address "%s"', async (url) => {
    await expect(RemoteFile.open(url)).rejects.toThrow(`"${url}" is no http or https address`);
  });
});
