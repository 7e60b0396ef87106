// The npm packages of package-lock.json, in node_modules.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runLogged } from './command.mjs';
import { repository } from './paths.mjs';

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(join(repository, file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/**
 * Whether the installed packages are those of the lockfile. Optional ones may be absent: they are other platforms'.
 * Compared by version and hash, not by time, so that a switch of branches is seen and a fresh checkout is not.
 */
export function installedMatchesLock(locked, installed) {
  if (!locked || !installed) return false;
  for (const [path, wanted] of Object.entries(locked)) {
    if (path === '') continue;
    const found = installed[path];
    if (!found) {
      if (wanted.optional) continue;
      return false;
    }
    if (found.version !== wanted.version || found.integrity !== wanted.integrity) return false;
  }
  return Object.keys(installed).every((path) => path in locked);
}

/** The environment for npm inside npm: a silent outer npm must not make the inner one hide its errors. */
function npmEnvironment() {
  const env = { ...process.env };
  delete env.npm_config_loglevel;
  delete env.npm_config_json;
  return env;
}

export const npmPackages = {
  name: 'npm packages',
  isDone: () =>
    installedMatchesLock(readPackages('package-lock.json'), readPackages('node_modules/.package-lock.json')),
  title: () => 'npm packages from package-lock.json',
  run: async () => {
    const runner = process.env.npm_execpath?.endsWith('npm-cli.js')
      ? [process.execPath, process.env.npm_execpath]
      : ['npm'];
    // No dependency needs its install script, and none shall run here.
    const args = [...runner.slice(1), 'ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
    await runLogged('npm', runner[0], args, {
      what: 'npm could not install the packages of package-lock.json',
      hint: 'check the network or the proxy (npm config list), then run `npm run setup` again',
      env: npmEnvironment(),
    });
  },
};
