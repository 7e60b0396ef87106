import { inspect } from 'node:util';
import { CommanderError, type Command } from 'commander';
import { CheckpointMismatchError, MovinetError, UsageError } from '../../base/errors';
import { coloursFor, restoreTerminal } from '../terminal/terminal';
import { flagOfOption, withFlags } from './flags';

const FAILURE = 1;
const USAGE = 2;
/** What shells report of a process that Ctrl-C ended. */
const INTERRUPTED = 130;

/** For `inspect`: no list of an error, such as the variables that do not match, is cut. */
const WHOLE = { maxArrayLength: null, depth: 4 };

/** How a command ends: its exit status, and the line that says why; none where nothing went wrong. */
export interface Failure {
  readonly status: number;
  readonly message?: string;
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim();
}

/** Not by `instanceof`: a DOMException, such as an AbortSignal's, need not be an Error of this realm. */
function nameAndMessage(error: unknown): { name: string; message: string } {
  if (typeof error !== 'object' || error === null) return { name: 'Error', message: String(error) };
  const name = 'name' in error && typeof error.name === 'string' ? error.name : 'Error';
  const message = 'message' in error && typeof error.message === 'string' ? error.message : inspect(error);
  return { name, message };
}

/** The status of the signal that aborted the work, where the error has it. */
function interruptStatus(error: unknown): number {
  const { status } = error as { status?: unknown };
  return typeof status === 'number' ? status : INTERRUPTED;
}

/** Turns whatever was thrown into an exit status and one line. */
export function describeFailure(error: unknown, verbose: boolean): Failure {
  if (error instanceof CommanderError) {
    // Help and version were asked for and are printed already.
    if (error.exitCode === 0) return { status: 0 };
    // Commander's own word for "help was shown because no command was given".
    if (error.code === 'commander.help') return { status: USAGE };
    return { status: USAGE, message: oneLine(error.message.replace(/^error: /, '')) };
  }
  const { name, message } = nameAndMessage(error);
  if (name === 'AbortError') return { status: interruptStatus(error), message: 'Interrupted' };
  const text =
    forUser(error, oneLine(message || name)) + (hasMoreToTell(error) && !verbose ? ' (--verbose lists them all)' : '');
  if (error instanceof MovinetError) return { status: error instanceof UsageError ? USAGE : FAILURE, message: text };
  return { status: FAILURE, message: verbose ? text : `${text} (run with --verbose for the stack)` };
}

/** The message of one of the library's errors with the command's flags in place of the library's options, and without the function that took them. */
function forUser(error: unknown, message: string): string {
  if (!(error instanceof MovinetError)) return message;
  const { option } = error as { option?: string };
  const at = option === undefined ? -1 : message.indexOf(`: ${option} `);
  if (option === undefined || at < 0) return withFlags(message);
  return `${flagOfOption(option)} ${withFlags(message.slice(at + option.length + 3))}`;
}

/** Whether a list of the error is longer than its message shows. */
function hasMoreToTell(error: unknown): boolean {
  return error instanceof CheckpointMismatchError && error.shortened;
}

/** Makes a command throw its usage errors instead of printing them and leaving, so that `runCommand` has the one say. */
export function throwUsageErrors(command: Command): Command {
  return command.exitOverride().configureOutput({ outputError: () => undefined });
}

/** How writing fails where nobody reads any more: a pipe, a terminal that was closed. */
const GONE: ReadonlySet<string> = new Set(['EPIPE', 'EIO']);

/** What `runCommand` needs of a process; replaced in tests. */
export interface CommandProcess {
  readonly argv: readonly string[];
  readonly stdout: NodeJS.EventEmitter;
  readonly stderr: {
    write(text: string): unknown;
    on?(event: 'error', listener: () => void): unknown;
    readonly isTTY?: boolean | undefined;
  };
  on(event: 'unhandledRejection' | 'uncaughtException', listener: (error: unknown) => void): unknown;
  exit(status: number): void;
}

/**
 * Runs a command's main function with the arguments after the script's name, and ends the process with one clear line on
 * standard error and status 2 for usage errors, 1 for other failures, 130 when aborted. `--verbose` adds the stack. A
 * reader of standard output that goes away, as `head` does, ends the process quietly, unless its work is worth more than what it prints (`needsReader: false`); one of
 * standard error ends nothing. A main function that returns leaves the process to end by itself.
 */
export async function runCommand(
  main: (argv: string[]) => Promise<void>,
  host: CommandProcess = process,
  { needsReader = true }: { readonly needsReader?: boolean } = {},
): Promise<void> {
  const argv = host.argv.slice(2);
  const verbose = argv.includes('--verbose');
  let failed = false;
  const fail = (error: unknown): void => {
    if (failed) return; // What breaks after the first failure is only its debris.
    failed = true;
    restoreTerminal();
    const { status, message } = describeFailure(error, verbose);
    if (message !== undefined) host.stderr.write(`${coloursFor(host.stderr).red('Error:')} ${message}\n`);
    if (message !== undefined && verbose) host.stderr.write(`${inspect(error, WHOLE)}\n`);
    host.exit(status);
  };
  host.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!needsReader && GONE.has(error.code ?? '')) return;
    if (error.code === 'EPIPE') {
      restoreTerminal();
      host.exit(0);
    } else {
      fail(error);
    }
  });
  host.stderr.on?.('error', () => undefined);
  host.on('unhandledRejection', fail);
  host.on('uncaughtException', fail);
  try {
    await main(argv);
  } catch (error) {
    fail(error);
  }
}
