import { execFileSync } from 'node:child_process';

/** Standard output of a program, or undefined where it does not exist, fails or takes longer than ten seconds. */
export function commandOutput(command: string, args: string[]): string | undefined {
  try {
    return execFileSync(command, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 10_000,
      env: { ...process.env, LC_ALL: 'C' },
    });
  } catch {
    return undefined;
  }
}

/** The first thing like a version number in a program's `--version`, or undefined where there is no such program. */
export function programVersion(command: string, args: string[] = ['--version']): string | undefined {
  return commandOutput(command, args)?.match(/\d+(\.\d+)+/)?.[0];
}
