// Runs a program with its output in a log file, so that the terminal shows one line a step.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from './console.mjs';
import { logFolder, repository } from './paths.mjs';

const TAIL_LINES = 25;

/**
 * Runs `command` and resolves when it exits with 0.
 * @param {string} name names the log file, `build/setup-logs/NAME.log`
 * @param {{ what: string, hint: string, env?: NodeJS.ProcessEnv, append?: boolean }} options `what` says in a failure
 *   what did not work; `append` keeps what an earlier command of the same step wrote
 */
export async function runLogged(name, command, args, { what, hint, env = process.env, append = false }) {
  mkdirSync(logFolder, { recursive: true });
  const log = join(logFolder, `${name}.log`);
  const output = openSync(log, append ? 'a' : 'w');
  const ended = await new Promise((resolve) => {
    const child = spawn(command, args, { cwd: repository, env, stdio: ['ignore', output, output] });
    child.on('error', (error) => resolve({ error }));
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  closeSync(output);
  if (ended.code === 0) return;
  const reason = ended.error
    ? `${command} could not be started: ${ended.error.message}`
    : ended.signal
      ? `${command} was ended by ${ended.signal}`
      : `${command} exited with ${ended.code}`;
  const tail = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
  throw new SetupError(`${what} (${reason})`, { hint, log, tail });
}
