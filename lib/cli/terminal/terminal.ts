import { createColors } from 'picocolors';

type Environment = Readonly<Record<string, string | undefined>>;

/** The part of a stream that decides how to write to it. */
export interface MaybeTerminal {
  readonly isTTY?: boolean | undefined;
}

/** Whether the stream is a terminal on which lines can be redrawn. */
export function isTerminal(stream: MaybeTerminal, environment: Environment = process.env): boolean {
  return stream.isTTY === true && environment['TERM'] !== 'dumb';
}

/** Whether to colour what goes to the stream: NO_COLOR forbids it, FORCE_COLOR asks for it, otherwise terminals get it. */
export function wantsColour(stream: MaybeTerminal, environment: Environment = process.env): boolean {
  if (environment['NO_COLOR']) return false;
  const forced = environment['FORCE_COLOR'];
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  return isTerminal(stream, environment);
}

/** Functions that colour text for the stream, or leave it as it is. */
export function coloursFor(
  stream: MaybeTerminal,
  environment: Environment = process.env,
): ReturnType<typeof createColors> {
  return createColors(wantsColour(stream, environment));
}

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
