/**
 * Sets how many threads TensorFlow computes with in this process, before its first session: that one's threads are all sessions' threads, and it
 * may be one that only reads weights. What the environment says already stays.
 */
export function setProcessThreads(count: number): void {
  process.env['TF_NUM_INTRAOP_THREADS'] ??= String(count);
  process.env['TF_NUM_INTEROP_THREADS'] ??= '1';
}
