import { EventEmitter } from 'node:events';
import { COMMANDS } from '../../../lib/cli/movinet/commands';
import { runCommand, type CommandProcess } from '../../../lib/cli/program/failure';

export interface CommandOutcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command as `npm run` would, in this process: what it wrote, and the status that it would have left with. */
export async function runInProcess(
  main: (argv: string[]) => Promise<void>,
  args: readonly string[],
): Promise<CommandOutcome> {
  const texts = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    jest.spyOn(process[name], 'write').mockImplementation((text: string | Uint8Array) => {
      texts[name] += text.toString();
      return true;
    }),
  );
  let status: number | undefined;
  const host: CommandProcess = {
    argv: ['node', 'script', ...args],
    stdout: new EventEmitter(),
    stderr: {
      write: (text) => {
        texts.stderr += text;
      },
    },
    on: () => undefined,
    exit: (code) => {
      status ??= code;
    },
  };
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    await runCommand(main, host);
    checkJson(main, args, texts.stdout);
    return { status: status ?? exitCode(), ...texts };
  } finally {
    process.exitCode = before;
    spies.forEach((spy) => spy.mockRestore());
  }
}

function exitCode(): number {
  const code: number | string | null | undefined = process.exitCode;
  return Number(code ?? 0);
}

/** Whatever a command prints with `--json` is as its schema says. */
function checkJson(main: unknown, args: readonly string[], stdout: string): void {
  const command = args.includes('--json') ? COMMANDS.find(({ load }) => load().run === main) : undefined;
  const { result } = command?.load().table ?? {};
  if (result === undefined || args.includes('--help')) return;
  for (const line of stdout.split('\n').filter((text) => text !== '')) {
    const { error } = result.safeParse(JSON.parse(line));
    if (error !== undefined)
      throw new Error(`${command?.name} --json printed what its schema does not have: ${error.message}\n${line}`);
  }
}
