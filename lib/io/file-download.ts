import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';
import { DownloadError } from '../base/errors';
import { checkReachable, connectionErrorCode, unreachable } from './reachable';

export interface FileDownloadProgress {
  readonly url: string;
  /** Bytes that are here. */
  readonly received: number;
  /** Bytes of the whole file, where the server tells. */
  readonly total?: number;
}

export interface FileDownloadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: FileDownloadProgress) => void) | undefined;
  /** Longest wait for the first connection to the host, in milliseconds; 0: not tried beforehand. Default 3000. */
  readonly connectTimeoutMs?: number | undefined;
  /** Longest wait for an answer, and between two pieces of one, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number | undefined;
  /** How often a request is tried again when nothing came of it. Default 3. */
  readonly retries?: number | undefined;
  /** Wait before the first new try, in milliseconds; doubled each time. Default 500. */
  readonly backoffMs?: number | undefined;
  /** A longer file is refused. Default 2 GiB. */
  readonly maxBytes?: number | undefined;
}

/** What fails for a while and may work later. */
class TransientError extends Error {}

const TRANSIENT_STATUSES: readonly number[] = [408, 425, 429, 500, 502, 503, 504];
/** There is no way to the server, which waiting does not change. */
const UNREACHABLE: readonly string[] = [
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
];
const WEB_PAGE = /^(text\/html|application\/xhtml\+xml)\b/i;

/**
 * Fetches a whole file by HTTP(S) into a new file at `path`, which the caller removes after a failure. A broken connection is taken up where
 * it stopped if the server serves ranges, else from the start. A web page in the place of a file, as sign-in and consent pages come with status
 * 200, is refused. For parts of a large file see {@link RemoteFile}.
 *
 * @throws DownloadError that begins with the URL; the system's error where the file cannot be written; the signal's reason.
 */
export async function downloadFile(url: string, path: string, options: FileDownloadOptions = {}): Promise<void> {
  const { signal, connectTimeoutMs = 3000, retries = 3, backoffMs = 500 } = options;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new DownloadError(`${url} is no http or https address`);
  if (connectTimeoutMs > 0) await checkReachable(url, connectTimeoutMs, signal);
  const handle = await open(path, 'wx');
  try {
    const transfer = new Transfer(url, handle, options);
    for (let failures = 0; ;) {
      const before = transfer.received;
      try {
        await transfer.goOn();
        return;
      } catch (error) {
        signal?.throwIfAborted();
        const reason = transientReason(url, error);
        failures = transfer.received > before ? 1 : failures + 1;
        if (failures > retries)
          throw new DownloadError(`${url} ${reason}${retries > 0 ? `, ${failures} times in a row` : ''}`, {
            cause: error,
          });
        await sleep(backoffMs * 2 ** (failures - 1), undefined, { signal }).catch(() => signal?.throwIfAborted());
      }
    }
  } finally {
    await handle.close();
  }
}

/** One file on its way, over as many requests as it takes. */
class Transfer {
  received = 0;
  private total: number | undefined;
  /** The file's version, by the server's strong entity tag: only with it can a transfer go on. */
  private tag: string | undefined;

  constructor(
    private readonly url: string,
    private readonly handle: FileHandle,
    private readonly options: FileDownloadOptions,
  ) {}

  /** Requests what is missing and writes it. Resolves when the file is whole. */
  async goOn(): Promise<void> {
    const { signal, timeoutMs = 30_000 } = this.options;
    const controller = new AbortController();
    const silent = new TransientError(`sent nothing for ${timeoutMs / 1000} s`);
    const timer = setTimeout(() => controller.abort(silent), timeoutMs);
    const stop = (): void => controller.abort(signal?.reason);
    signal?.addEventListener('abort', stop);
    try {
      const headers: Record<string, string> = { 'accept-encoding': 'identity' };
      if (this.received > 0 && this.tag !== undefined) {
        headers['range'] = `bytes=${this.received}-`;
        headers['if-range'] = this.tag;
      }
      const response = await fetch(this.url, { headers, signal: controller.signal });
      timer.refresh();
      await this.begin(response);
      for await (const piece of response.body as ReadableStream<Uint8Array>) {
        await this.write(piece);
        timer.refresh();
      }
      if (this.total !== undefined && this.received < this.total)
        throw new TransientError(`ended its answer ${this.total - this.received} bytes early`);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      // Ends what is left of an answer that is not wanted any more.
      controller.abort();
    }
  }

  private async begin({ status, statusText, headers, body }: Response): Promise<void> {
    const named = `${status}${statusText === '' ? '' : ` ${statusText}`}`;
    if (TRANSIENT_STATUSES.includes(status)) throw new TransientError(`answered ${named}`);
    if (status === 416) {
      await this.restart();
      throw new TransientError('changed during the transfer');
    }
    if ((status !== 200 && status !== 206) || body === null) throw new DownloadError(`${this.url} answered ${named}`);
    if (WEB_PAGE.test(headers.get('content-type') ?? ''))
      throw new DownloadError(`${this.url} answered with a web page instead of a file`);
    if (status === 200) await this.restart();
    else this.checkRange(headers.get('content-range'));
    const length = headers.get('content-length');
    // Of a body that was packed for the transfer, the length is that of the packed bytes.
    this.total = length === null || headers.has('content-encoding') ? undefined : this.received + Number(length);
    const tag = headers.get('etag') ?? undefined;
    this.tag = tag?.startsWith('W/') === true ? undefined : tag;
  }

  private checkRange(range: string | null): void {
    if (Number(/^bytes (\d+)-/.exec(range ?? '')?.[1] ?? Number.NaN) !== this.received)
      throw new DownloadError(`${this.url} answered with another range than asked for (${range ?? 'none named'})`);
  }

  private async restart(): Promise<void> {
    await this.handle.truncate(0);
    this.received = 0;
    this.tag = undefined;
  }

  private async write(piece: Uint8Array): Promise<void> {
    const { maxBytes = 2 ** 31, onProgress } = this.options;
    if (Math.max(this.received + piece.length, this.total ?? 0) > maxBytes)
      throw new DownloadError(`${this.url} is larger than ${Math.floor(maxBytes / 2 ** 20)} MiB`);
    for (let written = 0; written < piece.length;) {
      const position = this.received + written;
      const { bytesWritten } = await this.handle.write(piece, written, piece.length - written, position);
      written += bytesWritten;
    }
    this.received += piece.length;
    onProgress?.({ url: this.url, received: this.received, ...(this.total !== undefined && { total: this.total }) });
  }
}

/** Why the request may be tried again; throws what cannot be. `fetch` reports every failure of the network as a TypeError, of its own realm. */
function transientReason(url: string, error: unknown): string {
  if (error instanceof TransientError) return error.message;
  if (!isNativeError(error) || error.name !== 'TypeError' || error.cause === undefined) throw error;
  const code = connectionErrorCode(error.cause);
  if (UNREACHABLE.includes(code)) throw unreachable(url, code, error);
  const cause = isNativeError(error.cause) ? error.cause : error;
  return `broke off the connection (${code || cause.message})`;
}
