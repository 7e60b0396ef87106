import { connect } from 'node:net';
import { isNativeError } from 'node:util/types';
import { DownloadError } from '../base/errors';

/**
 * Resolves when the host of `url` takes connections. Far quicker to notice that there is no network than a request, whose own time-outs are
 * made for slow servers. Throws a {@link DownloadError} that begins with the URL.
 */
export async function checkReachable(url: string, timeoutMs: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  // Through a proxy the host itself need not be reachable.
  if (process.env['NODE_USE_ENV_PROXY'] !== undefined) return;
  const { hostname, port, protocol } = new URL(url);
  const socket = connect({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || (protocol === 'https:' ? 443 : 80)),
  });
  let timer: NodeJS.Timeout | undefined;
  let stop: (() => void) | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      stop = () => reject(signal?.reason as Error);
      signal?.addEventListener('abort', stop);
      timer = setTimeout(() => reject(unreachable(url, `no answer within ${timeoutMs / 1000} s`)), timeoutMs);
      socket.once('connect', resolve);
      socket.once('error', (error) => reject(unreachable(url, connectionErrorCode(error) || error.message, error)));
    });
  } finally {
    clearTimeout(timer);
    if (stop) signal?.removeEventListener('abort', stop);
    // A late failure of a connection that nobody waits for any more is no news.
    socket.on('error', () => undefined);
    socket.destroy();
  }
}

export function unreachable(url: string, reason: string, cause?: unknown): DownloadError {
  return new DownloadError(`${url} cannot be reached (${reason})`, { cause });
}

/** The system's name of why a connection failed, such as `ENOTFOUND`; empty for other errors. */
export function connectionErrorCode(error: unknown): string {
  if (!isNativeError(error)) return '';
  const { code, errors } = error as NodeJS.ErrnoException & { errors?: NodeJS.ErrnoException[] };
  // Of several addresses tried, the first failure stands for all.
  return errors?.[0]?.code ?? code ?? '';
}
