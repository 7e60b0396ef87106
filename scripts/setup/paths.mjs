// Where things are: the clone or the installed package, the per-user cache and the folders that set-up writes to.
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** A clone builds where it lies. An installed package may lie where nothing can be written; npm packs no lockfile. */
export const isClone = existsSync(join(repository, 'package-lock.json'));
export const setupCommand = isClone ? 'npm run setup' : 'npx movinet setup';

/** By Node's names of the processors that are supported: as compilers, Debian's folders and wheels call them. */
const PROCESSORS = { x64: 'x86_64', arm64: 'aarch64' };

/** What is set up for: this machine's, or another one, which scripts/package/prebuilds asks for. */
export const architecture = process.env.MOVINET_SETUP_ARCH || process.arch;
/** Undefined: not supported. */
export const processor = PROCESSORS[architecture];

/** Of package.json. */
export const packageFacts = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));

/** lib/native/package.ts looks for the addon there. */
export const buildFolder = isClone
  ? join(repository, 'build')
  : join(cacheFolder(), `addon-${packageFacts.version}${forArchitecture()}`, 'build');
export const logFolder = join(buildFolder, 'setup-logs');

/** What names in the cache end in: it may be shared by machines with other processors. lib/native/package.ts has the same. */
export function forArchitecture() {
  return architecture === 'x64' ? '' : `-${architecture}`;
}

/** `${XDG_CACHE_HOME:-~/.cache}/movinet-native`: what is downloaded once for each user. */
export function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'movinet-native');
}

/** The pins of a requirements file of pins/, in order: `{ name, version, hash }`. */
export function readPins(file) {
  const text = readFileSync(join(repository, 'scripts/setup/pins', file), 'utf8');
  return [...text.matchAll(/^([\w-]+)==(\S+) \\\n\s+--hash=sha256:([0-9a-f]{64})$/gm)].map(
    ([, name, version, hash]) => ({
      name,
      version,
      hash,
    }),
  );
}

/** The least version of `ffmpeg`, `opencv` or `tensorflow` that the native code is built and run with. */
export function leastVersion(name) {
  const text = readFileSync(join(repository, 'native/least-versions.txt'), 'utf8');
  return new RegExp(`^${name} (\\S+)$`, 'm').exec(text)[1];
}

export function isOlder(version, least) {
  return version.localeCompare(least, 'en', { numeric: true }) < 0;
}

/** Where headers and libraries of the system are looked for, in this order. */
export function prefixes() {
  const asked = (process.env.CMAKE_PREFIX_PATH ?? '').split(/[:;]/).filter(Boolean);
  return [...asked, '/usr/local', '/usr'];
}

/** The folders of a prefix that hold libraries. */
export const LIBRARY_FOLDERS = ['lib', 'lib64', `lib/${processor}-linux-gnu`];

export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The first of `names` that is an executable of PATH, as a full path. */
export function findExecutable(names) {
  for (const name of names) {
    if (name.includes('/')) {
      if (isExecutable(name)) return name;
      continue;
    }
    for (const folder of (process.env.PATH ?? '').split(':')) {
      const path = join(folder || '.', name);
      if (isExecutable(path)) return path;
    }
  }
  return undefined;
}

/** The C++ compiler in the order in which CMake looks for it. */
export function findCompiler() {
  return findExecutable([process.env.CXX || 'c++', 'c++', 'g++', 'clang++']);
}

/** The compiler that libFuzzer comes with. */
export function findClang() {
  return findExecutable(['clang++']);
}
