// The package on other systems: `npm run check:platforms`. In the bare root file system of each, made by debootstrap: npm installs what it packs, set-up does the rest,
// and it trains two steps from either module system. As root, on a machine with debootstrap.
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { commandTable, parseCommand } from '../../lib/cli/options/command-table';
import { flag, option } from '../../lib/cli/options/option';
import { runCommand } from '../../lib/cli/program/failure';
import { text, verboseOption } from '../../lib/cli/program/options';
import { writeTinyBackbone, writeTinyVideos } from '../../test/cli/support/tiny-material';
import { must } from './program';
import { debootstrapFolder, RootFileSystem } from './root-file-system';
import { runTrials, writeTrials } from './trial';

const SUITES = ['bookworm', 'trixie', 'noble'];

const table = commandTable({
  name: 'check:platforms',
  script: true,
  description: 'Installs, sets up and tries what npm packs in bare root file systems of Debian and Ubuntu.',
  options: {
    suite: option(z.array(text).default(SUITES), {
      ...{ value: '<name>', help: 'a release as debootstrap names it', fallback: SUITES.join(', '), repeated: true },
    }),
    keep: flag('leave the file systems, and say where they are'),
    verbose: verboseOption,
  },
});

async function checkPlatforms(argv: readonly string[]): Promise<void> {
  const { suite: suites, keep } = parseCommand(table, argv).options;
  const folder = mkdtempSync(join(tmpdir(), 'movinet-platforms-'));
  let failed = false;
  try {
    must('npm', ['pack', '--silent', '--pack-destination', folder]);
    const scripts = debootstrapFolder(folder, suites);
    const archive = readdirSync(folder).find((name) => name.endsWith('.tgz')) as string;
    for (const suite of suites) {
      let system: RootFileSystem | undefined;
      try {
        system = new RootFileSystem(suite, join(folder, suite), scripts);
        process.stdout.write(`${suite}: ${await tryOn(system, join(folder, archive))}\n`);
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

/** What it runs on there, and how long set-up took. */
async function tryOn(system: RootFileSystem, archive: string): Promise<string> {
  const project = system.outside('root/project');
  mkdirSync(project);
  copyFileSync(archive, join(project, 'package.tgz'));
  await writeTinyVideos(project);
  await writeTinyBackbone(project);
  writeTrials(project, 'videos', 'backbone/ckpt');
  system.run('echo "{}" > package.json; npm install --silent --no-audit --no-fund ./package.tgz');
  const begin = performance.now();
  system.run('npx movinet setup');
  const seconds = ((performance.now() - begin) / 1000).toFixed(0);
  const versions = system.run('npx movinet --version').trim().split('\n').slice(1).join(', ');
  runTrials((file) => system.run(`node ${file}`));
  return `works; set-up ${seconds} s; ${versions}`;
}

void runCommand(checkPlatforms);
