import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { join } from 'node:path';

export const repository = join(__dirname, '..', '..', '..');

/** Runs a program in the repository; `env` is added to the environment, an undefined value removes a variable. */
export function run(
  command: string,
  args: string[],
  env: Record<string, string | undefined> = {},
): SpawnSyncReturns<string> {
  return spawnSync(command, args, { cwd: repository, encoding: 'utf8', env: { ...process.env, ...env } });
}

/**
 * Calls functions of an ES module of scripts/, which jest's CommonJS cannot import: `expression` sees the module's exports
 * as `m` and the value `input`, and its value, awaited, comes back as JSON.
 */
export function callModule(
  modulePath: string,
  expression: string,
  input: unknown = null,
  env: Record<string, string | undefined> = {},
): unknown {
  const program = `
    import * as m from ${JSON.stringify(join(repository, modulePath))};
    const input = ${JSON.stringify(input)};
    process.stdout.write(JSON.stringify((await (${expression})) ?? null));`;
  const result = run(process.execPath, ['--input-type=module', '-e', program], env);
  if (result.status !== 0) throw new Error(result.stderr);
  return JSON.parse(result.stdout);
}
