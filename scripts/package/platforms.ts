// The package on other systems: `npm run check:platforms`. In the bare root file system of each, made by debootstrap: npm installs what it packs, set-up does the rest,
// and it trains two steps from either module system; or the README's two commands in a clone. As root, on a machine with debootstrap.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { commandTable, parseCommand } from '../../lib/cli/options/command-table';
import { flag, option } from '../../lib/cli/options/option';
import { runCommand } from '../../lib/cli/program/failure';
import { text, verboseOption } from '../../lib/cli/program/options';
import { tryClone, tryPackage } from './platform-trials';
import { must } from './program';
import { debootstrapFolder, RootFileSystem } from './root-file-system';

const SUITES = ['bookworm', 'trixie', 'noble'];

const table = commandTable({
  name: 'check:platforms',
  script: true,
  description: 'Installs, sets up and tries what npm packs in bare root file systems of Debian and Ubuntu.',
  options: {
    suite: option(z.array(text).default(SUITES), {
      ...{ value: '<name>', help: 'a release as debootstrap names it', fallback: SUITES.join(', '), repeated: true },
    }),
    arch: option(z.enum(['x64', 'arm64']).optional(), {
      ...{ value: '<name>', help: 'x64 or arm64, which QEMU runs', fallback: "this machine's" },
    }),
    node: option(text.optional(), {
      ...{ value: '<version>', help: "of npm's packages of Node, in full", fallback: "this machine's" },
    }),
    clone: flag("the README's two commands in a clone, in place of the package: some twenty minutes each"),
    buildFromSource: flag('let set-up build the addon, even where a prebuilt one fits'),
    keep: flag('leave the file systems, and say where they are'),
    verbose: verboseOption,
  },
});

async function checkPlatforms(argv: readonly string[]): Promise<void> {
  const { suite: suites, arch, node, clone, buildFromSource, keep } = parseCommand(table, argv).options;
  const folder = mkdtempSync(join(tmpdir(), 'movinet-platforms-'));
  let failed = false;
  try {
    must('npm', ['pack', '--silent', '--pack-destination', folder]);
    const scripts = debootstrapFolder(folder, suites);
    const archive = readdirSync(folder).find((name) => name.endsWith('.tgz')) as string;
    for (const suite of suites) {
      let system: RootFileSystem | undefined;
      try {
        const packages = clone ? ['git'] : [];
        system = new RootFileSystem(suite, join(folder, suite), scripts, { packages, architecture: arch, node });
        const told = clone ? tryClone(system) : await tryPackage(system, join(folder, archive), buildFromSource);
        process.stdout.write(`${suite}: ${told}\n`);
      } catch (error) {
        failed = true;
        process.stdout.write(`${suite}: FAILED: ${(error as Error).message}\n`);
      } finally {
        system?.close();
      }
    }
  } finally {
    if (keep) process.stdout.write(`left: ${folder}\n`);
    else rmSync(folder, { recursive: true, force: true });
  }
  if (failed) process.exitCode = 1;
}

void runCommand(checkPlatforms);
