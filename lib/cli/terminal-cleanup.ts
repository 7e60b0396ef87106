/**
 * What has to be undone before the process leaves the terminal to the shell: a hidden cursor, a half-drawn bar. A process
 * has one terminal, so this state is the process's too.
 */
const cleanups = new Set<() => void>();

/** Undoes everything that is registered, and forgets it. */
export function restoreTerminal(): void {
  const pending = [...cleanups];
  cleanups.clear();
  stopListening();
  for (const cleanup of pending) cleanup();
}

/**
 * A signal that nobody else handles ends the process as it would have without us; one that a command handles, to finish
 * in order, is left to it.
 */
function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  restoreTerminal();
  process.kill(process.pid, signal);
}

function startListening(): void {
  process.on('exit', restoreTerminal);
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}

function stopListening(): void {
  process.off('exit', restoreTerminal);
  process.off('SIGINT', onSignal);
  process.off('SIGTERM', onSignal);
}

/** Runs `cleanup` when the process exits or is interrupted; the returned function takes that back. */
export function onTerminalLeave(cleanup: () => void): () => void {
  if (cleanups.size === 0) startListening();
  cleanups.add(cleanup);
  return () => {
    if (cleanups.delete(cleanup) && cleanups.size === 0) stopListening();
  };
}
