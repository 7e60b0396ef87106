import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type Answer = (request: IncomingMessage, response: ServerResponse, number: number) => void;

/** Serves what a test puts at its paths, and notes the requests. */
export class FileServer {
  readonly requests: { path: string; range: string | undefined }[] = [];
  private readonly answers = new Map<string, Answer>();
  private readonly server = createServer((request, response) => {
    const path = request.url ?? '';
    const number = this.requests.filter((earlier) => earlier.path === path).length;
    this.requests.push({ path, range: request.headers.range });
    (this.answers.get(path) ?? ((_, missing) => missing.writeHead(404).end('<html>Not Found')))(
      request,
      response,
      number,
    );
  });
  private port = 0;

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
    return this;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** The address of a path; it stays the same after {@link close}. */
  url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  /** Answers requests for `path`; returns its address. */
  on(path: string, answer: Answer): string {
    this.answers.set(path, answer);
    return this.url(path);
  }

  file(path: string, content: Buffer, tag = '"1"'): string {
    return this.on(path, (request, response) => sendFile(request, response, content, tag));
  }

  status(path: string, status: number): string {
    return this.on(path, (_, response) => response.writeHead(status, { 'content-type': 'text/html' }).end('<html>'));
  }
}

/** Sends a file, or the end of it that was asked for; only the first `cutAfter` bytes of that where given, then the connection breaks. */
export function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  content: Buffer,
  tag: string | undefined,
  cutAfter?: number,
): void {
  const wanted = request.headers['if-match'];
  if (wanted !== undefined && wanted !== tag) {
    response.writeHead(412).end();
    return;
  }
  const start = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
  response.writeHead(start > 0 ? 206 : 200, {
    'content-type': 'application/gzip',
    'content-length': content.length - start,
    ...(tag !== undefined && { etag: tag }),
    ...(start > 0 && { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` }),
  });
  if (cutAfter === undefined) response.end(content.subarray(start));
  else response.write(content.subarray(start, start + cutAfter), () => setImmediate(() => response.destroy()));
}

/** Sends `content` in pieces without telling its length; `more` goes on with the answer instead of ending it. */
export function sendChunked(
  response: ServerResponse,
  content: Buffer,
  more?: (response: ServerResponse) => void,
): void {
  response.writeHead(200, { 'content-type': 'application/octet-stream' });
  for (let at = 0; at < content.length; at += 4096) response.write(content.subarray(at, at + 4096));
  if (more) more(response);
  else response.end();
}

/** A camera's picture stream, multipart/x-mixed-replace: a picture each `milliseconds`, then it is silent, or goes away. */
export function sendPictures(
  response: ServerResponse,
  pictures: readonly Buffer[],
  { milliseconds, then }: { milliseconds: number; then: 'silence' | 'drop' },
): void {
  response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=frame' });
  let number = 0;
  const timer = setInterval(() => {
    const picture = pictures[number];
    number += 1;
    if (picture === undefined || response.destroyed) {
      clearInterval(timer);
      if (then === 'drop') response.destroy();
      return;
    }
    response.write(`--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${picture.length}\r\n\r\n`);
    response.write(picture);
    response.write('\r\n');
  }, milliseconds);
}
