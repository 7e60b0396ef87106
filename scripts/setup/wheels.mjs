// Takes files out of pinned Python wheels: pip downloads and verifies them (so its mirrors and proxies count), Python's
// zipfile unpacks them. The files appear under their final name all at once or not at all.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { runLogged } from './command.mjs';
import { SetupError } from './console.mjs';
import { processor, repository } from './paths.mjs';

const PARTIAL = '.partial-';

/** The tags under which the pinned wheels are published; older pips do not derive the lower ones from the highest. */
const PLATFORMS = [
  'manylinux_2_27',
  'manylinux_2_17',
  'manylinux2014',
  'manylinux_2_12',
  'manylinux2010',
  'manylinux1',
];

function checkPython() {
  const python = spawnSync('python3', ['-m', 'pip', '--version'], { encoding: 'utf8' });
  if (python.error) {
    throw new SetupError('python3 is not installed; set-up needs it and its pip to fetch pinned wheels', {
      hint: 'install Python 3 with pip (Debian, Ubuntu: apt-get install python3 python3-pip)',
    });
  }
  if (python.status !== 0) {
    throw new SetupError('python3 has no pip; set-up needs it to fetch pinned wheels', {
      hint: 'install pip (Debian, Ubuntu: apt-get install python3-pip)',
    });
  }
}

/** Removes what earlier runs left half-made: those of this machine whose process has ended, any other after a day. */
function removeLeftovers(parent) {
  for (const name of readdirSync(parent)) {
    const at = name.indexOf(PARTIAL);
    if (at < 0) continue;
    const [pid, host] = name.slice(at + PARTIAL.length).split(/-(.*)/);
    const path = join(parent, name);
    // Another set-up may remove it at any moment: then there is nothing to do.
    const made = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    if (made === undefined) continue;
    const ended = host === hostname() && !existsSync(`/proc/${pid}`);
    const old = Date.now() - made > 24 * 3600 * 1000;
    if (ended || old) rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The sizes of all files below `folder`; what pip moves while they are counted does not count. */
export function folderBytes(folder) {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return 0;
  }
  let bytes = 0;
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += folderBytes(path);
    else if (entry.isFile()) bytes += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}

function checkSpace(folder, bytesNeeded, what) {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free >= bytesNeeded) return;
  const gib = (bytes) => (bytes / 2 ** 30).toFixed(1);
  throw new SetupError(`${what} needs ${gib(bytesNeeded)} GiB in ${folder}, which has ${gib(free)} GiB free`, {
    hint: 'make room there, or let XDG_CACHE_HOME name a folder on a larger disk',
  });
}

/**
 * Downloads the wheels of a requirements file and unpacks members of them into `folder`.
 * @param {object} options
 * @param {string} options.name names the logs
 * @param {string} options.what what it is, for messages
 * @param {string} options.requirements file of pins/, each line with its hash
 * @param {string} options.folder final folder; must not exist, or is replaced
 * @param {(wheel: string) => string[]} options.rules by a wheel's file name, the rules of unpack-wheel.py
 * @param {number} options.bytesNeeded room for the wheels and what is unpacked, bytes
 * @param {string} options.hint what else a person can do when it fails
 * @param {(path: string) => boolean} options.isComplete whether a folder already holds all
 * @param {(text: string) => void} options.update shows progress
 */
export async function unpackWheels({ name, what, requirements, folder, rules, bytesNeeded, hint, isComplete, update }) {
  checkPython();
  const parent = dirname(folder);
  mkdirSync(parent, { recursive: true });
  removeLeftovers(parent);
  checkSpace(parent, bytesNeeded, what);
  const partial = join(parent, `${basename(folder)}${PARTIAL}${process.pid}-${hostname()}`);
  const wheels = join(partial, 'wheels');
  const files = join(partial, 'files');
  mkdirSync(wheels, { recursive: true });
  mkdirSync(files);
  const ticker = setInterval(() => update(`${(folderBytes(partial) / 2 ** 20).toFixed(0)} MiB`), 1000);
  try {
    await runLogged(
      name,
      'python3',
      [
        '-m',
        'pip',
        'download',
        '--no-deps',
        '--require-hashes',
        '--only-binary',
        ':all:',
        '--no-cache-dir',
        '--no-input',
        '--progress-bar',
        'off',
        '--disable-pip-version-check',
        '--python-version',
        '3.11',
        '--implementation',
        'cp',
        '--abi',
        'cp311',
        ...PLATFORMS.flatMap((platform) => ['--platform', `${platform}_${processor}`]),
        '--dest',
        wheels,
        '--requirement',
        join(repository, 'scripts/setup/pins', requirements),
      ],
      {
        what: `pip could not download ${what}`,
        hint: `check the network, the proxy or pip's index (pip config list), then run the command again${hint}`,
        env: { ...process.env, TMPDIR: partial, PIP_REQUIRE_VIRTUALENV: 'false' },
      },
    );
    for (const wheel of readdirSync(wheels)) {
      const path = join(wheels, wheel);
      await runLogged(
        name,
        'python3',
        [join(repository, 'scripts/setup/unpack-wheel.py'), path, files, ...rules(wheel)],
        {
          what: `${wheel} could not be unpacked into ${parent}`,
          hint: `see the reason above (a full disk?), then run the command again${hint}`,
          append: true,
        },
      );
      rmSync(path);
    }
    // Another set-up of this user may have finished first; its folder is as good as this one.
    if (existsSync(folder) && !isComplete(folder)) rmSync(folder, { recursive: true });
    if (!existsSync(folder)) {
      try {
        renameSync(files, folder);
      } catch (error) {
        if (!isComplete(folder)) throw error;
      }
    }
  } finally {
    clearInterval(ticker);
    rmSync(partial, { recursive: true, force: true });
  }
}
