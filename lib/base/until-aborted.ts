/** Waits until `work` is done, well or not, but no longer than so many milliseconds: it goes on unseen then. */
export async function settledWithin(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)));
  await Promise.race([work.catch(() => undefined), late]);
  clearTimeout(timer);
}

/**
 * What `promise` comes to, or the signal's reason as soon as it aborts: for work that cannot be stopped and goes on unseen. `discard` frees what it gives
 * then.
 */
export async function untilAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
  discard: (late: T) => void = () => undefined,
): Promise<T> {
  if (signal === undefined) return await promise;
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error);
  });
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  try {
    // In this order: a signal that has aborted wins over work that is done.
    return await Promise.race([aborted, promise]);
  } catch (error) {
    if (signal.aborted) promise.then(discard, () => undefined);
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
