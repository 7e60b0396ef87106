import type { IncomingHttpHeaders } from 'node:http';
import { setMaxListeners } from 'node:events';
import type { Dispatcher } from 'undici';
import { DownloadError } from '../base/errors';
import { PASSING_STATUSES, type RetrySettings, RetryPolicy, ShortAnswer, asDownloadError, undici } from './http-retry';

export interface HttpOptions {
  readonly signal?: AbortSignal | undefined;
  /** Longest wait for a connection, TLS and all, in milliseconds; 0: as long as the system waits. Default 10,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** Longest wait for an answer, and between two pieces of one, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number | undefined;
  /** How often a request is tried again when nothing came of it. Default 3. */
  readonly retries?: number | undefined;
  /** Wait before the first new try, in milliseconds; doubled each time, up to 30 s. A server may ask for more. Default 500. */
  readonly backoffMs?: number | undefined;
}

export interface HttpHead {
  readonly status: number;
  readonly statusText: string;
  readonly headers: IncomingHttpHeaders;
  /** What of the file follows, where the server says that it is a part; `end` is not part of it. */
  readonly range?: { readonly start: number; readonly end: number; readonly size: number };
}

export interface HttpRequest {
  /** Bytes from `start` up to, not including, `end`. Default: the whole file. */
  readonly range?: { readonly start: number; readonly end: number };
  /**
   * Sees each answer before its bytes; `resumed`: it is to go on where an earlier one broke off. False: it is one of another file, so that the
   * transfer starts again. Throws what ends the transfer.
   */
  accept(head: HttpHead, resumed: boolean): boolean;
  /** Whether a later answer can go on with what came, and not only start again. */
  mayResume(): boolean;
}

export interface HttpPiece {
  /** Where it belongs in the file. Goes back to the start of what was asked for when the transfer starts again. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

const MOST_REDIRECTS = 20;
const HEADERS = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'movinet-native' };

export function isHttpUrl(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

/**
 * Resolves when there is a connection to the host of `url`, or to the proxy in its place. Far quicker to notice that there is no network than
 * a request, which is made for slow servers.
 *
 * @param options `connectTimeoutMs`: default 3000.
 * @throws TransferError; the signal's reason.
 */
export async function probe(
  url: string,
  { connectTimeoutMs = 3000, signal }: Pick<HttpOptions, 'connectTimeoutMs' | 'signal'> = {},
): Promise<void> {
  signal?.throwIfAborted();
  const client = new HttpClient({ connectTimeoutMs, signal });
  try {
    await client.connect(url);
  } finally {
    client.close();
  }
}

/**
 * Gets files by HTTP(S), through the proxies that HTTP_PROXY and HTTPS_PROXY name, except from the hosts of NO_PROXY. Connections are used
 * again; an idle one does not keep the process alive.
 */
export class HttpClient {
  private readonly closing = new AbortController();
  private readonly signal: AbortSignal;
  private readonly settings: RetrySettings;
  private readonly policy: RetryPolicy;
  private readonly agent: Dispatcher;

  /** @throws DownloadError where the address of a proxy is none. */
  constructor(options: HttpOptions) {
    const { signal, connectTimeoutMs = 10_000, timeoutMs = 30_000, retries = 3, backoffMs = 500 } = options;
    this.signal = AbortSignal.any([this.closing.signal, ...(signal === undefined ? [] : [signal])]);
    // Every connection listens to it as long as the client is there.
    setMaxListeners(0, this.signal);
    this.settings = { connectTimeoutMs, timeoutMs, retries, backoffMs };
    this.policy = new RetryPolicy(this.settings);
    this.agent = environmentAgent(this.settings, this.signal);
  }

  /** Ends every connection and request. */
  close(): void {
    this.closing.abort();
  }

  /** Resolves when there is a connection, and sends nothing over it. */
  async connect(url: string): Promise<void> {
    const { connectTimeoutMs } = this.settings;
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        // For a proxy's answer too, and to the millisecond, which undici's timers are not.
        if (connectTimeoutMs > 0)
          timer = setTimeout(() => reject(new (undici().errors.ConnectTimeoutError)()), connectTimeoutMs);
        this.agent.dispatch(
          { origin: new URL(url).origin, path: '/', method: 'GET' },
          {
            onRequestStart(controller) {
              resolve();
              controller.abort(new Error('only the connection was wanted'));
            },
            onResponseError: (_, error) => reject(error),
          },
        );
      });
    } catch (error) {
      this.signal.throwIfAborted();
      throw this.policy.unreachable(url, error as Error);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * The bytes of a file as they come. Passing failures are tried again; what is broken off is gone on with, or starts again.
   *
   * @throws TransferError, or another DownloadError that begins with the URL; what `accept` throws; the signal's reason.
   */
  async *read(url: string, wanted: HttpRequest): AsyncGenerator<HttpPiece, void, undefined> {
    const { RetryAgent, interceptors, request } = undici();
    const transfer = new Transfer(url, wanted);
    // Ends the wait for a new try too when the caller wants no more.
    const left = new AbortController();
    const signal = AbortSignal.any([this.signal, left.signal]);
    const dispatcher = new RetryAgent(
      this.agent.compose(interceptors.redirect({ maxRedirections: MOST_REDIRECTS }), this.watch(transfer)),
      {
        statusCodes: [...PASSING_STATUSES],
        retry: (error, _, done) => void this.retry(error, transfer, signal).then(() => done(null), done),
      },
    );
    const { timeoutMs } = this.settings;
    const timeouts = { headersTimeout: timeoutMs, bodyTimeout: timeoutMs };
    try {
      for (;;) {
        try {
          const { body } = await request(url, { dispatcher, signal, headers: transfer.headers(), ...timeouts });
          let offset = wanted.range?.start ?? 0;
          for await (const bytes of body as AsyncIterable<Uint8Array>) {
            yield { offset, bytes };
            offset += bytes.length;
            this.signal.throwIfAborted();
          }
          return;
        } catch (error) {
          this.signal.throwIfAborted();
          if (!(error instanceof StartAgain)) throw asDownloadError(url, error);
          transfer.startAgain();
        }
      }
    } finally {
      left.abort();
    }
  }

  /** Tells the transfer of the answers, below the retries, which hide them. */
  private watch(transfer: Transfer): Dispatcher.DispatcherComposeInterceptor {
    return (dispatch) => (options, handler) =>
      dispatch(options, {
        onRequestStart: (controller, context: unknown) => handler.onRequestStart?.(controller, context),
        onResponseStart: (controller, status, headers, statusText = '') => {
          // Hints before the answer, which undici's retries would take for it.
          if (status < 200) return;
          this.policy.answered = true;
          transfer.begin({ status, statusText, headers, ...rangeOf(headers) });
          handler.onResponseStart?.(controller, status, headers, statusText);
        },
        onResponseData: (controller, bytes) => {
          transfer.add(bytes.length);
          handler.onResponseData?.(controller, bytes);
        },
        onResponseEnd: (controller, trailers) => {
          transfer.end();
          handler.onResponseEnd?.(controller, trailers);
        },
        onResponseError: (controller, error) => {
          // How a connection ends does not matter when everything is here.
          if (transfer.isWhole()) handler.onResponseEnd?.(controller, {});
          else handler.onResponseError?.(controller, error);
        },
      });
  }

  /** Resolves when it is time to go on. */
  private async retry(failure: Error, transfer: Transfer, signal: AbortSignal): Promise<void> {
    if (failure instanceof StartAgain) throw failure;
    await this.policy.wait(failure, transfer, signal);
    if (!transfer.mayResume()) throw new StartAgain();
  }
}

/** The bytes that came are of no use. */
class StartAgain extends Error {}

/** One file, or part of one, on its way: over as many requests as it takes. */
class Transfer {
  /** In a row; counted anew when bytes come that were not there before. */
  failures = 0;
  private position: number;
  private furthest: number;
  private resumed = false;
  private expectedEnd: number | undefined;
  private passing = false;

  constructor(
    readonly url: string,
    private readonly wanted: HttpRequest,
  ) {
    this.position = this.furthest = wanted.range?.start ?? 0;
  }

  headers(): Record<string, string> {
    const { range } = this.wanted;
    return { ...HEADERS, ...(range !== undefined && { range: `bytes=${range.start}-${range.end - 1}` }) };
  }

  begin(head: HttpHead): void {
    this.passing = PASSING_STATUSES.includes(head.status);
    if (this.passing) return;
    if (head.status === 206 && !this.fits(head.range)) {
      const named = head.headers['content-range'] ?? 'none named';
      throw new DownloadError(`${this.url} answered with another range than asked for (${named})`);
    }
    if (!this.wanted.accept(head, this.resumed)) throw new StartAgain();
    this.resumed = true;
    const length = head.headers['content-length'];
    this.expectedEnd = head.range?.end ?? (length === undefined ? undefined : this.position + Number(length));
  }

  private fits(range: HttpHead['range']): boolean {
    return range !== undefined && range.start === this.position && range.end > range.start;
  }

  add(bytes: number): void {
    if (this.passing) return;
    this.position += bytes;
    if (this.position <= this.furthest) return;
    this.furthest = this.position;
    this.failures = 0;
  }

  end(): void {
    if (this.passing || this.expectedEnd === undefined || this.position >= this.expectedEnd) return;
    throw new ShortAnswer(`ended its answer ${this.expectedEnd - this.position} bytes early`);
  }

  isWhole(): boolean {
    return !this.passing && this.position === this.expectedEnd;
  }

  /** A whole file of which nothing came is asked for as at first: undici would expect a part. */
  mayResume(): boolean {
    if (!this.resumed) return true;
    return (this.wanted.range !== undefined || this.position > 0) && this.wanted.mayResume();
  }

  startAgain(): void {
    this.position = this.wanted.range?.start ?? 0;
    this.resumed = false;
    this.expectedEnd = undefined;
  }
}

function environmentAgent({ connectTimeoutMs, timeoutMs }: RetrySettings, signal: AbortSignal): Dispatcher {
  const { EnvHttpProxyAgent, Pool } = undici();
  // The signal is for the sockets themselves: a request can be aborted only when its connection stands.
  const connect = { timeout: connectTimeoutMs, signal };
  try {
    return new EnvHttpProxyAgent({
      connect,
      proxyTls: connect,
      requestTls: { timeout: connectTimeoutMs },
      // Plain HTTP as other programs send it: many proxies make tunnels for HTTPS alone.
      proxyTunnel: false,
      // For the proxy's answer, too.
      clientFactory: (origin, options) => new Pool(origin, { ...options, headersTimeout: timeoutMs }),
    });
  } catch (error) {
    throw new DownloadError('HTTP_PROXY or HTTPS_PROXY holds no http or https address', { cause: error });
  }
}

function rangeOf(headers: IncomingHttpHeaders): Pick<HttpHead, 'range'> {
  const [, start, last, size] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers['content-range'] ?? '') ?? [];
  return start === undefined ? {} : { range: { start: Number(start), end: Number(last) + 1, size: Number(size) } };
}
