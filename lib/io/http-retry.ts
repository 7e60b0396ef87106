import { type IncomingHttpHeaders, STATUS_CODES } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type * as Undici from 'undici';
import { DownloadError, MovinetError } from '../base/errors';

/** Loaded with the first transfer: it takes a tenth of a second, which work without the network does not owe. */
export function undici(): typeof Undici {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import()` is a promise, which a constructor cannot await.
  return require('undici') as typeof Undici;
}

/** Statuses of a server that is busy, starting or behind one that is. */
export const PASSING_STATUSES: readonly number[] = [408, 425, 429, 500, 502, 503, 504];
const LONGEST_WAIT_MS = 30_000;
const NO_WAY: readonly string[] = ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH'];

/** A download that ended for the network's or the server's sake; begins with the URL. */
export class TransferError extends DownloadError {
  constructor(
    message: string,
    /** There is no way to the server; or it was tried often enough. */
    readonly kind: 'unreachable' | 'exhausted',
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** An answer that ended before what its head promised, on a connection that ended as it should. */
export class ShortAnswer extends Error {}

/** What may work when it is tried again. */
interface PassingFailure {
  /** In a message, after the URL. */
  readonly reason: string;
  /** How long the server asks to wait, in milliseconds; 0 where it does not. */
  readonly waitMs: number;
}

/** As HttpOptions has them. */
export interface RetrySettings {
  readonly connectTimeoutMs: number;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly backoffMs: number;
}

/** Decides what is tried again and when, for all transfers of a client. */
export class RetryPolicy {
  /** Until a server has answered, a failing connection means that there is no way to it, which waiting does not change. */
  answered = false;

  constructor(private readonly settings: RetrySettings) {}

  /**
   * Resolves when it is time for a new try, and counts the failure.
   *
   * @throws TransferError, or the failure itself where trying again does not change it; the signal's reason.
   */
  async wait(failure: Error, transfer: { readonly url: string; failures: number }, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { retries, backoffMs } = this.settings;
    if (!this.answered && this.unreachableReason(failure) !== undefined) throw this.unreachable(transfer.url, failure);
    const passing = passingFailure(failure, this.settings.timeoutMs);
    if (passing === undefined) throw failure;
    const failures = ++transfer.failures;
    if (failures > retries) {
      const times = retries > 0 ? `, ${failures} times in a row` : '';
      throw new TransferError(`${transfer.url} ${passing.reason}${times}`, 'exhausted', { cause: failure });
    }
    const waitMs = Math.min(Math.max(backoffMs * 2 ** (failures - 1), passing.waitMs), LONGEST_WAIT_MS);
    await sleep(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }

  unreachable(url: string, failure: Error): TransferError {
    const reason = this.unreachableReason(failure) ?? (errorCode(failure) || failure.message);
    return new TransferError(`${url} cannot be reached (${reason})`, 'unreachable', { cause: failure });
  }

  private unreachableReason(failure: Error): string | undefined {
    if (failure instanceof undici().errors.ConnectTimeoutError)
      return `no answer within ${this.settings.connectTimeoutMs / 1000} s`;
    const code = errorCode(failure);
    if (NO_WAY.includes(code)) return code;
    // Known by its text alone: the error's class stands for other failures too.
    const status = /^Proxy .*\((\d{3})\)/.exec(failure.message)?.[1];
    return status === undefined ? undefined : `the proxy answered ${statusName(Number(status))}`;
  }
}

export function statusName(status: number, text = STATUS_CODES[status] ?? ''): string {
  return text === '' ? String(status) : `${status} ${text}`;
}

/** Undefined for what trying again does not change. */
function passingFailure(error: Error, timeoutMs: number): PassingFailure | undefined {
  if (error instanceof undici().errors.RequestRetryError) {
    const { statusCode, headers } = error;
    if (!PASSING_STATUSES.includes(statusCode)) return undefined;
    return { reason: `answered ${statusName(statusCode)}`, waitMs: retryAfterMs(headers) };
  }
  const reason = brokenOff(error, timeoutMs);
  return reason === undefined ? undefined : { reason, waitMs: 0 };
}

/** The system's or undici's name of a failure, such as `ECONNRESET`; empty for other errors. */
function errorCode(error: Error): string {
  const { code, errors: attempts } = error as NodeJS.ErrnoException & { errors?: NodeJS.ErrnoException[] };
  // Of several addresses tried, the first failure stands for all.
  return attempts?.[0]?.code ?? code ?? '';
}

function brokenOff(error: Error, timeoutMs: number): string | undefined {
  if (error instanceof ShortAnswer) return error.message;
  // What this library says of an answer has a code too, and is no break.
  if (error instanceof MovinetError) return undefined;
  const { HeadersTimeoutError, BodyTimeoutError, InvalidArgumentError } = undici().errors;
  if (error instanceof HeadersTimeoutError || error instanceof BodyTimeoutError)
    return `sent nothing for ${timeoutMs / 1000} s`;
  // A redirect in a circle, a proxy that wants a password: the same the next time.
  if (error instanceof InvalidArgumentError) return undefined;
  const code = errorCode(error);
  return code === '' ? undefined : `broke off the connection (${code})`;
}

/** `Retry-After` in milliseconds: it stands there in seconds or as a date. */
function retryAfterMs(headers: IncomingHttpHeaders): number {
  const header = headers['retry-after'] ?? '0';
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return seconds * 1000;
  const until = Date.parse(header);
  return Number.isNaN(until) ? 0 : Math.max(until - Date.now(), 0);
}

/** What undici finds wrong, as the user is to read it. */
export function asDownloadError(url: string, error: unknown): unknown {
  if (error instanceof MovinetError) return error;
  return new DownloadError(`${url} cannot be fetched (${(error as Error).message})`, { cause: error });
}
