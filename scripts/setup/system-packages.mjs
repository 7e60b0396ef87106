// The compiler, CMake, make and the development files that the C++ code needs from the system.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runLogged } from './command.mjs';
import { SetupError } from './console.mjs';
import { findFfmpeg } from './libraries/ffmpeg.mjs';
import { findHighway } from './libraries/highway.mjs';
import { findOpenCv } from './libraries/opencv.mjs';
import {
  findClang,
  findCompiler,
  findExecutable,
  isClone,
  isExecutable,
  LIBRARY_FOLDERS,
  prefixes,
  processor,
} from './paths.mjs';

function hasHeader(file) {
  return prefixes().some((prefix) => existsSync(join(prefix, 'include', file)));
}

function hasLibrary(name) {
  return prefixes().some((prefix) =>
    LIBRARY_FOLDERS.some((folder) =>
      ['.so', '.a'].some((suffix) => existsSync(join(prefix, folder, `lib${name}${suffix}`))),
    ),
  );
}

/** Whether clang finds libFuzzer, which Debian has in a package of its own. */
function hasLibFuzzer() {
  const clang = findClang();
  if (clang === undefined) return false;
  const { stdout } = spawnSync(clang, ['-print-resource-dir'], { encoding: 'utf8' });
  const folders = [`lib/linux/libclang_rt.fuzzer-${processor}.a`, `lib/${processor}-pc-linux-gnu/libclang_rt.fuzzer.a`];
  return folders.some((file) => existsSync(join((stdout ?? '').trim(), file)));
}

function hasOpenCv(module) {
  return () => findOpenCv(['core', module]) !== undefined;
}

function hasFfmpeg(library) {
  return () => findFfmpeg([library]) !== undefined;
}

/** A browser; Ubuntu's is a snap, which no apt-get brings into a container: the tests that need one are left out there. */
function hasChromium() {
  const isDebian = existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
  return !isDebian || findExecutable(['chromium', 'chromium-browser', 'google-chrome']) !== undefined;
}

/** Each Debian and Ubuntu package, how to see that what it brings is there, and the goals that need it. Large ones are installed for no other. */
const PACKAGES = [
  { apt: 'g++', present: () => findCompiler() !== undefined, goals: ['run', 'test', 'bench', 'lint', 'fuzz'] },
  {
    apt: 'cmake',
    present: () => findExecutable(['cmake']) !== undefined,
    goals: ['run', 'test', 'bench', 'lint', 'fuzz'],
  },
  {
    apt: 'make',
    present: () => findExecutable(['make']) !== undefined,
    goals: ['run', 'test', 'bench', 'lint', 'fuzz'],
  },
  { apt: 'libopencv-core-dev', present: hasOpenCv('core'), goals: ['run', 'test', 'bench', 'lint', 'fuzz'] },
  {
    apt: 'libopencv-imgproc-dev',
    present: hasOpenCv('imgproc'),
    goals: ['run', 'test', 'bench', 'lint', 'fuzz'],
  },
  {
    apt: 'libopencv-videoio-dev',
    present: hasOpenCv('videoio'),
    goals: ['run', 'test', 'bench', 'lint', 'fuzz'],
  },
  { apt: 'libavformat-dev', present: hasFfmpeg('avformat'), goals: ['run', 'test', 'bench', 'lint', 'fuzz'] },
  { apt: 'libavcodec-dev', present: hasFfmpeg('avcodec'), goals: ['run', 'test', 'bench', 'lint', 'fuzz'] },
  { apt: 'libavutil-dev', present: hasFfmpeg('avutil'), goals: ['run', 'test', 'bench', 'lint', 'fuzz'] },
  { apt: 'libhwy-dev', present: () => findHighway() !== undefined, goals: ['run', 'test', 'bench', 'lint', 'fuzz'] },
  { apt: 'libswscale-dev', present: hasFfmpeg('swscale'), goals: ['run', 'test', 'bench', 'lint', 'fuzz'] },
  {
    apt: 'libgtest-dev',
    present: () => hasHeader('gtest/gtest.h') && hasLibrary('gtest'),
    goals: ['test', 'lint'],
  },
  {
    apt: 'libbenchmark-dev',
    present: () => hasHeader('benchmark/benchmark.h') && hasLibrary('benchmark'),
    goals: ['bench', 'lint'],
  },
  { apt: 'clang', present: () => findClang() !== undefined, goals: ['fuzz'], large: true },
  { apt: 'libclang-rt-dev', present: hasLibFuzzer, goals: ['fuzz'], large: true },
  { apt: 'chromium', present: hasChromium, goals: ['test'], large: true },
];

export function missingPackages(goal) {
  return PACKAGES.filter((entry) => (goal === undefined || entry.goals.includes(goal)) && !entry.present()).map(
    (entry) => entry.apt,
  );
}

/** What is installed together: in a clone for all goals, save what another one alone needs and is large. */
export function packagesFor(goal) {
  return PACKAGES.filter((entry) => entry.goals.includes(goal) || (isClone && entry.large !== true));
}

function toInstall(goal) {
  return packagesFor(goal)
    .filter((entry) => !entry.present())
    .map((entry) => entry.apt);
}

/** @param {'run' | 'test' | 'bench' | 'lint' | 'fuzz'} goal what the machine is being set up for */
export function systemPackages(goal) {
  return {
    name: 'system packages',
    isDone: () => missingPackages(goal).length === 0,
    title: () => `system packages: apt-get install ${toInstall(goal).join(' ')}`,
    check: () => {
      const install = `apt-get install -y --no-install-recommends ${toInstall(goal).join(' ')}`;
      if (!isExecutable('/usr/bin/apt-get')) {
        throw new SetupError(`the system lacks what these Debian packages hold: ${missingPackages(goal).join(', ')}`, {
          hint: 'install them with the package manager of this system, then run the command again',
        });
      }
      if (process.getuid() !== 0) {
        throw new SetupError(
          `the system lacks ${missingPackages(goal).join(', ')}, and only root can install packages`,
          {
            hint: `run this, then the command again:\n  sudo apt-get update && sudo ${install}`,
          },
        );
      }
    },
    run: async () => {
      const packages = toInstall(goal);
      const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
      const what = `apt-get could not install ${packages.join(' ')}`;
      const hint = 'see what apt-get says above; then run the command again';
      const options = ['-o', 'DPkg::Lock::Timeout=300'];
      // A source that does not answer need not matter: whether the packages can be had, the installation shows.
      await runLogged('apt-get', 'apt-get', [...options, 'update'], { what, hint, env }).catch((error) => {
        if (!(error instanceof SetupError)) throw error;
      });
      const args = [...options, 'install', '-y', '--no-install-recommends', ...packages];
      await runLogged('apt-get', 'apt-get', args, { what, hint, env, append: true });
    },
  };
}
