import { setTimeout as sleep } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';
import { DownloadError } from '../base/errors';

export interface RemoteFileOptions {
  readonly signal?: AbortSignal | undefined;
  /** Longest wait for an answer, and between two pieces of one, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number;
  /** How often a request is tried again when nothing came of it. Default 4. */
  readonly retries?: number;
  /** Wait before the first new try, in milliseconds; doubled each time, up to 30 s. Default 500. */
  readonly backoffMs?: number;
}

/** What fails for a while and may work later; `waitMs`: as the server asks. */
class TransientError extends Error {
  constructor(
    message: string,
    readonly waitMs = 0,
  ) {
    super(message);
  }
}

const LONGEST_WAIT_MS = 30_000;
const TRANSIENT_STATUSES: readonly number[] = [408, 425, 429, 500, 502, 503, 504];
/** On first contact these mean that there is no way to the server, which waiting does not change. */
const UNREACHABLE: readonly string[] = ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH'];

/**
 * A file behind an HTTP(S) URL, read by range requests. Broken connections, time-outs and passing server errors are tried again, going on
 * where the bytes stopped. Everything else is a {@link DownloadError} that names the URL.
 */
export class RemoteFile {
  private constructor(
    readonly url: string,
    readonly size: number,
    private readonly version: string,
    private readonly options: Required<Omit<RemoteFileOptions, 'signal'>> & {
      readonly signal: AbortSignal | undefined;
    },
  ) {}

  /** Asks for the size. Throws where the server does not serve ranges. */
  static async open(url: string, options: RemoteFileOptions = {}): Promise<RemoteFile> {
    const { signal, timeoutMs = 30_000, retries = 4, backoffMs = 500 } = options;
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
      throw new DownloadError(`"${url}" is no http or https address`);
    const probe = new RemoteFile(url, -1, '', { signal, timeoutMs, retries, backoffMs });
    for (let failures = 0; ;) {
      try {
        const answer = await probe.request(0, 1);
        // To the end of the answer, so that its connection is used again.
        if ((await answer.next()) !== undefined) await answer.next();
        answer.cancel();
        return new RemoteFile(url, answer.size, answer.version, probe.options);
      } catch (error) {
        if (UNREACHABLE.includes(causeCode(error)))
          throw probe.failure(`cannot be reached (${causeCode(error)}): check the network`);
        await probe.waitOrThrow(error, ++failures);
      }
    }
  }

  /** The bytes from `start` up to, not including, `end`, in pieces as they come. */
  async *stream(start: number, end: number): AsyncGenerator<Uint8Array, void, undefined> {
    let position = start;
    let failures = 0;
    while (position < end) {
      let answer: RangeAnswer | undefined;
      try {
        answer = await this.request(position, end);
        if (answer.version !== this.version) throw this.failure('changed during the transfer: run again');
        // Up to the answer's end, and not only to the last byte wanted: the connection is used again only then.
        for (let piece = await answer.next(); piece !== undefined; piece = await answer.next()) {
          if (piece.length > end - position) throw this.failure('sent more bytes than asked for');
          position += piece.length;
          failures = 0;
          yield piece;
        }
        if (position < end) throw new TransientError(`ended its answer ${end - position} bytes early`);
      } catch (error) {
        if (position === end) break;
        await this.waitOrThrow(error, ++failures);
      } finally {
        answer?.cancel();
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

  /** Requests a range; resolves when the headers are there. */
  private async request(start: number, end: number): Promise<RangeAnswer> {
    const { timeoutMs, signal } = this.options;
    signal?.throwIfAborted();
    const controller = new AbortController();
    const idle = new IdleTimer(timeoutMs, controller);
    const stop = (): void => controller.abort(signal?.reason);
    signal?.addEventListener('abort', stop);
    const release = (): void => {
      idle.stop();
      signal?.removeEventListener('abort', stop);
    };
    try {
      const headers = { range: `bytes=${start}-${end - 1}`, 'accept-encoding': 'identity' };
      const response = await fetch(this.url, { headers, signal: controller.signal });
      const { size, body } = this.checkAnswer(response, start);
      const reader = body.getReader();
      return {
        size,
        version: [size, response.headers.get('etag') ?? response.headers.get('last-modified') ?? ''].join(' '),
        next: async () => {
          idle.restart();
          const { value, done } = await reader.read();
          idle.stop();
          return done ? undefined : value;
        },
        cancel: () => {
          release();
          // The answer is not wanted any more: that its end cannot be read is no failure.
          reader.cancel().catch(() => undefined);
          controller.abort();
        },
      };
    } catch (error) {
      release();
      controller.abort();
      throw error;
    }
  }

  private checkAnswer(response: Response, start: number): { size: number; body: ReadableStream<Uint8Array> } {
    const { status, statusText, headers, body } = response;
    const named = `${status}${statusText === '' ? '' : ` ${statusText}`}`;
    if (TRANSIENT_STATUSES.includes(status))
      throw new TransientError(`answered ${named}`, retryAfterMs(headers.get('retry-after')));
    if (status === 200)
      throw this.failure(
        'does not serve ranges of bytes (it answered 200 instead of 206): take a server or mirror that does',
      );
    if (status === 416) throw this.failure(this.size < 0 ? 'is empty' : 'changed during the transfer: run again');
    if (status !== 206 || body === null)
      throw this.failure(`answered ${named}: check the address and that it may be read`);
    const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '');
    if (range === null || Number(range[1]) !== start) {
      throw this.failure(
        `answered with another range than asked for (${headers.get('content-range') ?? 'none named'})`,
      );
    }
    return { size: Number(range[2]), body: body as ReadableStream<Uint8Array> };
  }

  /** Waits before the next try, or throws what cannot be tried again. */
  private async waitOrThrow(error: unknown, failures: number): Promise<void> {
    const { signal, retries, backoffMs } = this.options;
    if (signal?.aborted === true) throw signal.reason;
    const reason = transientReason(error);
    if (reason === undefined) throw error;
    if (failures > retries)
      throw this.failure(`${reason}${retries > 0 ? `, ${failures} times in a row` : ''}: try again later`);
    const asked = error instanceof TransientError ? error.waitMs : 0;
    await sleep(Math.min(Math.max(backoffMs * 2 ** (failures - 1), asked), LONGEST_WAIT_MS), undefined, {
      signal,
    }).catch(() => {
      throw signal?.reason;
    });
  }
}

interface RangeAnswer {
  readonly size: number;
  /** The same for all answers as long as the file stays the same. */
  readonly version: string;
  /** The next bytes; undefined at the end. */
  next(): Promise<Uint8Array | undefined>;
  cancel(): void;
}

/** Aborts a request that has been silent for too long. */
class IdleTimer {
  private timer: NodeJS.Timeout | undefined;
  constructor(
    private readonly timeoutMs: number,
    private readonly controller: AbortController,
  ) {
    this.restart();
  }
  restart(): void {
    this.stop();
    const silent = new TransientError(`sent nothing for ${this.timeoutMs / 1000} s`);
    this.timer = setTimeout(() => this.controller.abort(silent), this.timeoutMs);
  }
  stop(): void {
    clearTimeout(this.timer);
  }
}

/** Why a request may be tried again, or undefined. `fetch` reports every failure of the network as a TypeError, of its own realm. */
function transientReason(error: unknown): string | undefined {
  if (error instanceof TransientError) return error.message;
  if (!isNativeError(error) || error.name !== 'TypeError') return undefined;
  return `broke off the connection (${causeCode(error) || (isNativeError(error.cause) ? error.cause : error).message})`;
}

function causeCode(error: unknown): string {
  const cause = isNativeError(error)
    ? (error.cause as NodeJS.ErrnoException & { errors?: NodeJS.ErrnoException[] })
    : undefined;
  // Of several addresses tried, the first failure stands for all.
  return cause?.errors?.[0]?.code ?? cause?.code ?? '';
}

function retryAfterMs(header: string | null): number {
  const seconds = Number(header ?? 0);
  if (Number.isFinite(seconds)) return seconds * 1000;
  const until = Date.parse(header as string);
  return Number.isNaN(until) ? 0 : Math.max(until - Date.now(), 0);
}
