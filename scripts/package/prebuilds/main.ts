// The addon for machines without a compiler, OpenCV and FFmpeg: `npm run build:prebuilds` leaves prebuilds/linux-x64 and prebuilds/linux-arm64, which npm packs.
// In a root file system of Debian's, made by debootstrap: FFmpeg and OpenCV become static libraries there, and the packed package's own set-up builds the
// addon with them. As root, on a machine with debootstrap; for ARM64 with qemu-user-static, which runs what the build asks.
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../../lib/base/errors';
import { commandTable, parseCommand } from '../../../lib/cli/options/command-table';
import { flag, option } from '../../../lib/cli/options/option';
import { runCommand } from '../../../lib/cli/program/failure';
import { verboseOption } from '../../../lib/cli/program/options';
import { must, root } from '../program';
import { type Architecture, debootstrapFolder, RootFileSystem } from '../root-file-system';
import { checkAddon } from './check-addon';
import { registerEmulator } from '../emulator';
import { writeNotice } from './notice';

/** The oldest release whose g++ the tests run with: what is built there wants no newer glibc. */
const SUITE = 'bookworm';
const PACKAGES = [
  'crossbuild-essential-arm64',
  'cmake',
  'dpkg-dev',
  'g++',
  'make',
  'meson',
  'nasm',
  'patchelf',
  'pkg-config',
];
const TRIPLETS: Readonly<Record<Architecture, string>> = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };
const ARCHITECTURES = ['x64', 'arm64'] as const;

const table = commandTable({
  name: 'build:prebuilds',
  script: true,
  description: 'Builds the addons that npm packs, for machines without a compiler, OpenCV and FFmpeg.',
  options: {
    arch: option(z.array(z.enum(ARCHITECTURES)).default([...ARCHITECTURES]), {
      ...{ value: '<name>', help: 'x64 or arm64', fallback: ARCHITECTURES.join(', '), repeated: true },
    }),
    keep: flag('leave the file system, and say where it is'),
    verbose: verboseOption,
  },
});

const prebuilds = join(root, 'prebuilds');

/** The folder of libraries and licences, inside. */
function prefixOf(arch: Architecture): string {
  return `/opt/${arch}`;
}

/** Debian's sources beside its packages, with security updates. */
function addSources(system: RootFileSystem): void {
  const list = system.outside('etc/apt/sources.list');
  const [, mirror] = readFileSync(list, 'utf8').split(/\s+/);
  const lines = ['deb', 'deb-src'].flatMap((kind) => [
    `${kind} ${mirror} ${SUITE} main`,
    `${kind} ${mirror}-security ${SUITE}-security main`,
  ]);
  writeFileSync(list, `${lines.join('\n')}\n`);
  system.run('apt-get update -qq', '/');
}

function buildAddon(system: RootFileSystem, arch: Architecture): string {
  const prefix = prefixOf(arch);
  const triplet = TRIPLETS[arch];
  const cache = `/root/cache-${arch}`;
  const environment = {
    MOVINET_SETUP_ARCH: arch,
    XDG_CACHE_HOME: cache,
    CMAKE_PREFIX_PATH: prefix,
    CXX: `${triplet}-g++`,
    CXXFLAGS: '-ffile-prefix-map=/root/project/node_modules/movinet-native/= -ffunction-sections -fdata-sections',
    // That of a system may be older than this compiler's.
    LDFLAGS: '-static-libstdc++ -Wl,--gc-sections',
    // Programs of ARM64 find their libraries there.
    QEMU_LD_PREFIX: `/usr/${triplet}`,
  };
  const words = Object.entries(environment).map(([name, value]) => `${name}='${value}'`);
  system.run(`env ${words.join(' ')} node node_modules/movinet-native/dist/cli/main.js setup --build-from-source`);
  const built = readdirSync(system.outside(`${cache}/movinet-native`)).find((name) => name.startsWith('addon-'));
  const addon = `${cache}/movinet-native/${built}/build/Release/movinet_native.node`;
  system.run(
    `patchelf --set-rpath '$ORIGIN/libtensorflow/lib:$ORIGIN/libtensorflow' ${addon}; ${triplet}-strip --strip-unneeded ${addon}`,
  );
  return system.outside(addon);
}

function build(argv: readonly string[]): void {
  const { arch: architectures, keep } = parseCommand(table, argv).options;
  const folder = mkdtempSync(join(tmpdir(), 'movinet-prebuilds-'));
  let system: RootFileSystem | undefined;
  try {
    if (process.arch !== 'x64')
      throw new UsageError('The prebuilt addons are built on x86-64, for ARM64 by a cross compiler');
    if (architectures.includes('arm64')) registerEmulator();
    const sources = must(process.execPath, [join(__dirname, 'sources-stamp.mjs'), '--print']).stdout;
    // Without prepack, which refuses the addons that are to be replaced.
    must('npm', ['run', '--silent', 'build']);
    must('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder]);
    const archive = readdirSync(folder).find((name) => name.endsWith('.tgz')) as string;
    system = new RootFileSystem(SUITE, join(folder, SUITE), debootstrapFolder(folder, [SUITE]), { packages: PACKAGES });
    addSources(system);
    mkdirSync(system.outside('root/project'));
    copyFileSync(join(folder, archive), system.outside('root/project/package.tgz'));
    copyFileSync(join(__dirname, 'static-libraries.sh'), system.outside('root/static-libraries.sh'));
    system.run('echo "{}" > package.json; npm install --silent --no-audit --no-fund ./package.tgz');
    for (const arch of architectures) {
      process.stdout.write(`${arch}: libraries\n`);
      system.run(
        `sh /root/static-libraries.sh ${arch} ${prefixOf(arch)} > /root/libraries-${arch}.log 2>&1 || { tail -n 5 /root/libraries-${arch}.log; exit 1; }`,
      );
      process.stdout.write(`${arch}: addon\n`);
      const addon = buildAddon(system, arch);
      const { glibc, bytes } = checkAddon(addon);
      const place = join(prebuilds, `linux-${arch}`);
      rmSync(place, { recursive: true, force: true });
      mkdirSync(place, { recursive: true });
      copyFileSync(addon, join(place, 'movinet-native.glibc.node'));
      writeFileSync(join(place, 'sources.json'), JSON.stringify({ sources }));
      process.stdout.write(`${arch}: ${(bytes / 1e6).toFixed(1)} MB, glibc ${glibc} or newer\n`);
    }
    writeNotice(join(prebuilds, 'NOTICE.txt'), system.outside(`${prefixOf(architectures[0] ?? 'x64')}/licences`));
  } finally {
    system?.close();
    if (keep) process.stdout.write(`left: ${folder}\n`);
    else rmSync(folder, { recursive: true, force: true });
  }
}

void runCommand((argv) => {
  build(argv);
  return Promise.resolve();
});
