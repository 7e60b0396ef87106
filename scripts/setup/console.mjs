// What set-up says, on stderr only: standard output belongs to the command that runs after it.

/** A failure that a person can act on: `message` is one line that says what failed, `hint` what to do. */
export class SetupError extends Error {
  constructor(message, { hint, log, tail } = {}) {
    super(message);
    this.hint = hint;
    this.log = log;
    this.tail = tail;
  }
}

export function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}

/** Runs `work` and prints one line: what happens, what `work` returns (default: done), and how long it took. On a terminal `update(text)` shows progress. */
export async function timed(title, work) {
  const terminal = Boolean(process.stderr.isTTY);
  const start = performance.now();
  process.stderr.write(`setup: ${title} … `);
  const update = (text) => {
    if (terminal) process.stderr.write(`\r\x1b[Ksetup: ${title} … ${text} `);
  };
  let outcome;
  try {
    outcome = await work(update);
  } catch (error) {
    process.stderr.write('failed\n');
    throw error;
  }
  if (terminal) process.stderr.write(`\r\x1b[Ksetup: ${title} … `);
  process.stderr.write(`${outcome ?? 'done'} in ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
}

/** Prints a failure: one line, the end of the log, where the whole log is, what to do. */
export function sayFailure(error) {
  if (!(error instanceof SetupError)) {
    const file = error?.path ? ` (${error.path})` : '';
    say(`failed: ${error?.message ?? error}${file}`);
    return;
  }
  say(`failed: ${error.message}`);
  if (error.tail) process.stderr.write(`${error.tail.replace(/^/gm, '  | ')}\n`);
  if (error.log) say(`the full log is ${error.log}`);
  if (error.hint) say(error.hint);
}
