import { DownloadError } from '../base/errors';
import { HttpClient, type HttpHead, type HttpOptions, isHttpUrl } from './http';
import { TransferError, statusName } from './http-retry';

export interface RemoteFileOptions extends HttpOptions {
  /** How often a request is tried again when nothing came of it. Default 4. */
  readonly retries?: number | undefined;
}

const ADVICE = { unreachable: 'check the network', exhausted: 'try again later' };

/**
 * A file behind an HTTP(S) URL, read by range requests. Broken connections, time-outs and passing server errors are tried again, going on
 * where the bytes stopped. Everything else is a {@link DownloadError} that names the URL.
 */
export class RemoteFile {
  private constructor(
    readonly url: string,
    private readonly client: HttpClient,
    readonly size: number,
    /** The same for all answers as long as the file stays the same. */
    private readonly version: string,
  ) {}

  /** Asks for the size. Throws where the server does not serve ranges. */
  static async open(url: string, options: RemoteFileOptions = {}): Promise<RemoteFile> {
    options.signal?.throwIfAborted();
    if (!isHttpUrl(url)) throw new DownloadError(`"${url}" is no http or https address`);
    const client = new HttpClient({ ...options, retries: options.retries ?? 4 });
    const unknown = new RemoteFile(url, client, -1, '');
    let [size, version] = [-1, ''];
    const pieces = unknown.request(0, 1, (head) => {
      size = head.range?.size ?? -1;
      version = versionOf(head);
    });
    // To the end of the answer, so that its connection is used again.
    while ((await pieces.next()).done !== true);
    return new RemoteFile(url, client, size, version);
  }

  /** The bytes from `start` up to, not including, `end`, in pieces as they come. */
  async *stream(start: number, end: number): AsyncGenerator<Uint8Array, void, undefined> {
    let position = start;
    // A server may send less than was asked for.
    while (position < end) {
      const pieces = this.request(position, end, (head) => {
        if (versionOf(head) !== this.version) throw this.failure('changed during the transfer: run again');
      });
      for await (const bytes of pieces) {
        position += bytes.length;
        if (position > end) throw this.failure('sent more bytes than asked for');
        yield bytes;
      }
    }
  }

  async read(start: number, end: number): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    for await (const piece of this.stream(start, end)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  failure(what: string): DownloadError {
    return new DownloadError(`${this.url} ${what}`);
  }

  private async *request(
    start: number,
    end: number,
    check: (head: HttpHead) => void,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const accept = (head: HttpHead): boolean => {
      this.checkStatus(head);
      check(head);
      return true;
    };
    try {
      for await (const { bytes } of this.client.read(this.url, {
        range: { start, end },
        accept,
        mayResume: () => true,
      }))
        yield bytes;
    } catch (error) {
      if (!(error instanceof TransferError)) throw error;
      throw new DownloadError(`${error.message}: ${ADVICE[error.kind]}`, { cause: error });
    }
  }

  private checkStatus({ status, statusText }: HttpHead): void {
    if (status === 206) return;
    if (status === 200)
      throw this.failure(
        'does not serve ranges of bytes (it answered 200 instead of 206): take a server or mirror that does',
      );
    // Of a file of which nothing is known yet, the first byte is not there.
    if (status === 416 && this.size < 0) throw this.failure('is empty');
    if (status === 412 || status === 416) throw this.failure('changed during the transfer: run again');
    throw this.failure(`answered ${statusName(status, statusText)}: check the address and that it may be read`);
  }
}

function versionOf({ range, headers }: HttpHead): string {
  return [range?.size, headers.etag ?? headers['last-modified'] ?? ''].join(' ');
}
