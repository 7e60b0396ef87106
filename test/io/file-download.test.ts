import { randomFillSync } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type FileDownloadProgress, downloadFile } from '../../lib/io/file-download';
import { DownloadError } from '../../lib/base/errors';
import { FileServer, sendFile } from '../support/file-server';
import { temporaryFolder } from './support/temporary-folder';

const content = randomFillSync(Buffer.alloc(400_000));
const QUICK = { backoffMs: 1, timeoutMs: 2000, retries: 2, connectTimeoutMs: 2000 };
const folder = temporaryFolder();
const target = (): string => join(folder(), 'file');
let server: FileServer;
beforeEach(async () => {
  server = await new FileServer().listen();
});
afterEach(() => server.close());

describe('downloadFile', () => {
  it('fetches a whole file and tells how far it is', async () => {
    const progress: FileDownloadProgress[] = [];
    const url = server.file('/f', content);
    await downloadFile(url, target(), { ...QUICK, onProgress: (step) => progress.push(step) });
    expect(readFileSync(target()).equals(content)).toBe(true);
    expect(progress.at(-1)).toEqual({ url, received: content.length, total: content.length });
    expect(progress.every(({ received }, i) => i === 0 || received > progress[i - 1]!.received)).toBe(true);
    expect(server.requests).toEqual([{ path: '/f', range: undefined }]);
  });

  it('follows redirects, and does without a length', async () => {
    server.on('/from', (_, response) => response.writeHead(302, { location: '/to' }).end());
    server.on('/to', (_, response) => (response.write(content), response.end()));
    await downloadFile(server.url('/from'), target(), QUICK);
    expect(readFileSync(target()).equals(content)).toBe(true);
  });

  it('goes on where a cut connection stopped, as often as something comes', async () => {
    server.on('/f', (request, response) => sendFile(request, response, content, '"1"', 100_000));
    await downloadFile(server.url('/f'), target(), { ...QUICK, retries: 1 });
    expect(readFileSync(target()).equals(content)).toBe(true);
    expect(server.requests.length).toBeGreaterThanOrEqual(4);
    const starts = server.requests.slice(1).map(({ range }) => Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1]));
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    expect(starts[0]).toBeGreaterThan(0);
  });

  it.each([
    ['the file changed meanwhile', '"1"', '"2"'],
    ['the server gives no entity tag', undefined, undefined],
    ['the entity tag is weak', 'W/"1"', 'W/"1"'],
  ])('starts again where %s', async (_, before, after) => {
    const old = randomFillSync(Buffer.alloc(500_000));
    server.on('/f', (request, response, number) =>
      number === 0 ? sendFile(request, response, old, before, 100_000) : sendFile(request, response, content, after),
    );
    await downloadFile(server.url('/f'), target(), QUICK);
    expect(readFileSync(target()).equals(content)).toBe(true);
  });

  it('gives up where nothing comes any more', async () => {
    server.on('/f', (request, response) => sendFile(request, response, content, '"1"', 0));
    const failed = downloadFile(server.url('/f'), target(), QUICK);
    await expect(failed).rejects.toThrow(DownloadError);
    await expect(failed).rejects.toThrow(/\/f broke off the connection \(.*\), 3 times in a row$/);
    expect(server.requests).toHaveLength(3);
  });

  it('gives up where it gets no further than before', async () => {
    server.on('/f', (request, response) => sendFile(request, response, content, undefined, 100_000));
    await expect(downloadFile(server.url('/f'), target(), QUICK)).rejects.toThrow(/, 3 times in a row$/);
    expect(server.requests.length).toBeLessThan(6);
  });

  it('ends with the file of the last start, though an earlier one brought more', async () => {
    server.on('/f', (request, response, number) =>
      number === 0
        ? sendFile(request, response, content, '"1"', 100_000)
        : sendFile(request, response, Buffer.from('new'), '"2"'),
    );
    await downloadFile(server.url('/f'), target(), QUICK);
    expect(readFileSync(target(), 'utf8')).toBe('new');
  });

  it('takes silence for a failure, before and within an answer', async () => {
    server.on('/f', () => undefined);
    server.on('/g', (_, response) => response.writeHead(200, { 'content-length': 10 }).flushHeaders());
    const impatient = { ...QUICK, timeoutMs: 200, retries: 1 };
    await expect(downloadFile(server.url('/f'), target(), impatient)).rejects.toThrow(
      /\/f sent nothing for 0.2 s, 2 times in a row$/,
    );
    await expect(downloadFile(server.url('/g'), `${target()}2`, impatient)).rejects.toThrow(/sent nothing for 0.2 s/);
  });

  it('tries a busy server again', async () => {
    server.on('/f', (request, response, number) =>
      number < 2 ? response.writeHead(503).end() : sendFile(request, response, content, '"1"'),
    );
    await downloadFile(server.url('/f'), target(), QUICK);
    expect(readFileSync(target()).equals(content)).toBe(true);
  });

  it.each([401, 403, 404, 410])('does not try again after %d', async (status) => {
    const url = server.status('/f', status);
    await expect(downloadFile(url, target(), QUICK)).rejects.toThrow(new RegExp(`^${url} answered ${status} \\w+`));
    expect(server.requests).toHaveLength(1);
  });

  it('refuses a web page, a file that is too large, another protocol', async () => {
    const page = server.on('/page', (_, response) =>
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<!doctype html>'),
    );
    await expect(downloadFile(page, target(), QUICK)).rejects.toThrow(`${page} answered with a web page`);
    const large = server.file('/large', Buffer.alloc(2 ** 20 + 1));
    await expect(downloadFile(large, `${target()}2`, { ...QUICK, maxBytes: 2 ** 20 })).rejects.toThrow(
      `${large} is larger than 1 MiB`,
    );
    await expect(downloadFile('ftp://host/f', `${target()}3`, QUICK)).rejects.toThrow(/is no http or https address/);
  });

  it('refuses what was packed for the transfer, and saves nothing', async () => {
    const packed = server.on('/packed', (_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(content)),
    );
    await expect(downloadFile(packed, target(), QUICK)).rejects.toThrow(`${packed} answered with gzip content`);
    expect(existsSync(target())).toBe(false);
  });

  it('says at once that a host cannot be reached', async () => {
    const url = server.url('/f');
    await server.close();
    await expect(downloadFile(url, target(), QUICK)).rejects.toThrow(`${url} cannot be reached (ECONNREFUSED)`);
    expect(existsSync(target())).toBe(false);
    await expect(downloadFile(url, target(), { ...QUICK, connectTimeoutMs: 0 })).rejects.toThrow(
      `${url} cannot be reached (ECONNREFUSED)`,
    );
    server = await new FileServer().listen();
  });

  it('ends with the signal’s reason', async () => {
    const reason = new Error('enough');
    const url = server.file('/f', content);
    await expect(downloadFile(url, target(), { ...QUICK, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const within = new AbortController();
    const onProgress = (): void => within.abort(reason);
    await expect(downloadFile(url, target(), { ...QUICK, signal: within.signal, onProgress })).rejects.toBe(reason);
    const waiting = new AbortController();
    const busy = server.on('/busy', (_, response) => {
      response.writeHead(503).end();
      setTimeout(() => waiting.abort(reason), 50);
    });
    const patient = { ...QUICK, backoffMs: 60_000, signal: waiting.signal };
    await expect(downloadFile(busy, `${target()}2`, patient)).rejects.toBe(reason);
  });
});
