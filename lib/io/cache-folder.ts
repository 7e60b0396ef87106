import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * The user's cache folder of this project: `$XDG_CACHE_HOME/movinet-native`, else `~/.cache/movinet-native`. By the XDG base directory
 * specification a relative `XDG_CACHE_HOME` is ignored. The folder is not created.
 */
export function cacheFolder(...parts: readonly string[]): string {
  const base = process.env['XDG_CACHE_HOME'] ?? '';
  return join(isAbsolute(base) ? base : join(homedir(), '.cache'), 'movinet-native', ...parts);
}
