import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request for the bytes from `start` up to, not including, `end`. */
export interface RangeRequest {
  readonly number: number;
  readonly start: number;
  readonly end: number;
}

/** What a test does to a request; true: it has answered it, wholly or not. */
export type Fault = (request: RangeRequest, response: ServerResponse, raw: IncomingMessage) => boolean;

/** Serves bytes by ranges on this machine, notes the requests, and lets a test spoil them. */
export class RangeServer {
  readonly requests: RangeRequest[] = [];
  etag = '"1"';
  fault: Fault = () => false;
  private readonly server = createServer((raw, response) => this.answer(raw, response));

  constructor(public content: Buffer) {}

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/videos.zip`;
  }

  /** Bytes asked for from request number `from` on. */
  requestedBytes(from = 0): number {
    return this.requests.slice(from).reduce((sum, { start, end }) => sum + end - start, 0);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** The headers of a good answer. */
  head(response: ServerResponse, { start, end }: RangeRequest): void {
    const headers = {
      'content-range': `bytes ${start}-${end - 1}/${this.content.length}`,
      'content-length': end - start,
      etag: this.etag,
    };
    response.writeHead(206, headers);
  }

  /** Sends part of the answer, then cuts the connection. */
  cut(response: ServerResponse, request: RangeRequest, bytes: number): true {
    this.head(response, request);
    response.write(this.content.subarray(request.start, Math.min(request.start + bytes, request.end)), () =>
      setImmediate(() => response.destroy()),
    );
    return true;
  }

  private answer(raw: IncomingMessage, response: ServerResponse): void {
    const range = /^bytes=(\d+)-(\d+)$/.exec(raw.headers.range ?? '');
    if (range === null) {
      response.writeHead(200).end(this.content);
      return;
    }
    const request = {
      number: this.requests.length,
      start: Number(range[1]),
      end: Math.min(Number(range[2]) + 1, this.content.length),
    };
    this.requests.push(request);
    if (this.fault(request, response, raw)) return;
    if (request.start >= this.content.length) {
      response.writeHead(416).end();
      return;
    }
    this.head(response, request);
    response.end(this.content.subarray(request.start, request.end));
  }
}
