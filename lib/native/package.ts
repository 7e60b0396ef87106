import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../io/cache-folder';

/** Where this package lies: the folder of its package.json. */
export const packageFolder = join(__dirname, '..', '..');

/** Whether this is a clone, which builds where it lies. npm packs no lockfile. */
const isClone = existsSync(join(packageFolder, 'package-lock.json'));

let version: string | undefined;

/** This package's. */
export function packageVersion(): string {
  version ??= (JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string }).version;
  return version;
}

/** How one of this package's commands is called, for messages. */
export function commandLine(name: string): string {
  return isClone ? `npm run ${name}` : `npx movinet ${name}`;
}

/** The folder in which set-up leaves the addon, in `build/Release` as node-gyp-build looks for it. An installed package may lie where nothing can be written. */
export function addonFolder(): string {
  if (isClone) return packageFolder;
  // A cache may be shared by machines with other processors.
  return cacheFolder(`addon-${packageVersion()}${process.arch === 'x64' ? '' : `-${process.arch}`}`);
}
