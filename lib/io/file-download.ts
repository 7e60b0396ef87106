import { type FileHandle, open } from 'node:fs/promises';
import { DownloadError } from '../base/errors';
import { HttpClient, type HttpHead, type HttpOptions, type HttpPiece, isHttpUrl } from './http';
import { statusName } from './http-retry';

export interface FileDownloadProgress {
  readonly url: string;
  /** Bytes that are here. */
  readonly received: number;
  /** Bytes of the whole file, where the server tells. */
  readonly total?: number;
}

export interface FileDownloadOptions extends HttpOptions {
  readonly onProgress?: ((progress: FileDownloadProgress) => void) | undefined;
  /** Longest wait for a connection, in milliseconds; 0: as long as the system waits. Default 3000. */
  readonly connectTimeoutMs?: number | undefined;
  /** A longer file is refused. Default 2 GiB. */
  readonly maxBytes?: number | undefined;
}

const WEB_PAGE = /^(text\/html|application\/xhtml\+xml)\b/i;

/**
 * Fetches a whole file by HTTP(S) into a new file at `path`, which the caller removes after a failure. A broken connection is taken up where
 * it stopped if the server serves ranges and names the file's version, else from the start. A web page in the place of a file, as sign-in and
 * consent pages come with status 200, is refused. For parts of a large file see {@link RemoteFile}.
 *
 * @throws DownloadError that begins with the URL; the system's error where the file cannot be written; the signal's reason.
 */
export async function downloadFile(url: string, path: string, options: FileDownloadOptions = {}): Promise<void> {
  options.signal?.throwIfAborted();
  if (!isHttpUrl(url)) throw new DownloadError(`${url} is no http or https address`);
  const client = new HttpClient({ ...options, connectTimeoutMs: options.connectTimeoutMs ?? 3000 });
  const download = new FileDownload(url, path, options);
  try {
    for await (const piece of client.read(url, download)) await download.write(piece);
    await download.finish();
  } finally {
    client.close();
    await download.close();
  }
}

/** A file that is being written. */
class FileDownload {
  private handle: FileHandle | undefined;
  private received = 0;
  private total: number | undefined;
  /** The file's version, by the server's strong entity tag: only with it can a transfer go on. */
  private tag: string | undefined;

  constructor(
    private readonly url: string,
    private readonly path: string,
    private readonly options: FileDownloadOptions,
  ) {}

  accept({ status, statusText, headers }: HttpHead, resumed: boolean): boolean {
    const tag = headers.etag?.startsWith('W/') === true ? undefined : headers.etag;
    // 412, 416: the version is gone, the file is shorter now. 200: ranges are not served.
    if (resumed && [200, 412, 416].includes(status)) return false;
    if (resumed && status === 206) return tag === this.tag;
    if (status !== 200) throw new DownloadError(`${this.url} answered ${statusName(status, statusText)}`);
    if (WEB_PAGE.test(headers['content-type'] ?? ''))
      throw new DownloadError(`${this.url} answered with a web page instead of a file`);
    const encoding = headers['content-encoding'] ?? 'identity';
    // Asked for identity: what comes packed for the transfer would be saved as another file than the one named.
    if (encoding !== 'identity')
      throw new DownloadError(`${this.url} answered with ${encoding} content, which was not asked for`);
    const length = headers['content-length'];
    this.total = length === undefined ? undefined : Number(length);
    this.tag = tag;
    this.received = 0;
    return true;
  }

  mayResume(): boolean {
    return this.tag !== undefined;
  }

  private async open(): Promise<FileHandle> {
    return (this.handle ??= await open(this.path, 'wx'));
  }

  /** An earlier start may have brought more. */
  async finish(): Promise<void> {
    await (await this.open()).truncate(this.received);
  }

  async close(): Promise<void> {
    await this.handle?.close();
  }

  async write({ offset, bytes }: HttpPiece): Promise<void> {
    const { maxBytes = 2 ** 31, onProgress } = this.options;
    if (Math.max(offset + bytes.length, this.total ?? 0) > maxBytes)
      throw new DownloadError(`${this.url} is larger than ${Math.floor(maxBytes / 2 ** 20)} MiB`);
    const handle = await this.open();
    for (let written = 0; written < bytes.length;)
      written += (await handle.write(bytes, written, bytes.length - written, offset + written)).bytesWritten;
    this.received = offset + bytes.length;
    onProgress?.({ url: this.url, received: this.received, ...(this.total !== undefined && { total: this.total }) });
  }
}
