import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { MovinetError } from '../../lib/base/errors';

export const root = join(__dirname, '..', '..');

/** Runs a program in this checkout. Throws {@link MovinetError} with its last lines where it fails. */
export function must(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): SpawnSyncReturns<string> {
  const own = { ...process.env, ...env };
  const ended = spawnSync(program, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26, env: own });
  if (ended.status === 0) return ended;
  const last = `${ended.stdout}${ended.stderr}`.trim().split('\n').slice(-5).join('\n');
  throw new MovinetError(`${program} ${args.join(' ')} failed: ${ended.error?.message ?? last}`);
}
