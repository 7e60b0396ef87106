/**
 * Sets how many threads TensorFlow computes with in this process, for its first session to come: that one's threads are all sessions' threads, and
 * reading weights already opens one. `suggested` leaves what the environment variables say.
 */
export function setProcessThreads(count: number, { suggested = false }: { suggested?: boolean } = {}): void {
  for (const [name, value] of [
    ['TF_NUM_INTRAOP_THREADS', String(count)],
    ['TF_NUM_INTEROP_THREADS', '1'],
  ] as const) {
    if (!suggested || process.env[name] === undefined) process.env[name] = value;
  }
}
