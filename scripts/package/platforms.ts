// The package on other systems: `npm run check:platforms`. In the bare root file system of each, made by debootstrap: npm installs what it packs, set-up does the rest,
// and it trains two steps from either module system. As root, on a machine with debootstrap.
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { MovinetError } from '../../lib/base/errors';
import { commandTable, parseCommand } from '../../lib/cli/options/command-table';
import { flag, option } from '../../lib/cli/options/option';
import { runCommand } from '../../lib/cli/program/failure';
import { text, verboseOption } from '../../lib/cli/program/options';
import { writeTinyBackbone, writeTinyVideos } from '../../test/cli/support/tiny-material';
import { runTrials, writeTrials } from './trial';

const root = join(__dirname, '..', '..');
const SUITES = ['bookworm', 'trixie', 'noble'];
/** What a system has before anything of ours is on it. */
const PACKAGES = ['ca-certificates', 'python3', 'python3-pip'];

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

function must(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): SpawnSyncReturns<string> {
  const own = { ...process.env, ...env };
  const ended = spawnSync(program, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26, env: own });
  if (ended.status === 0) return ended;
  const last = `${ended.stdout}${ended.stderr}`.trim().split('\n').slice(-5).join('\n');
  throw new MovinetError(`${program} ${args.join(' ')} failed: ${ended.error?.message ?? last}`);
}

/** debootstrap's folder, with Ubuntu's script under the names of releases that it does not know yet. Ubuntu's key is in the package ubuntu-archive-keyring. */
function debootstrapFolder(folder: string, suites: readonly string[]): string {
  const own = join(folder, 'debootstrap');
  cpSync('/usr/share/debootstrap', own, { recursive: true, verbatimSymlinks: true });
  for (const suite of suites) {
    const script = join(own, 'scripts', suite);
    if (!existsSync(script)) symlinkSync('gutsy', script);
  }
  return own;
}

/** A root file system with this machine's Node and npm, and with what it trusts of the network. */
class RootFileSystem {
  private readonly mounted: string[] = [];

  constructor(
    suite: string,
    private readonly folder: string,
    scripts: string,
  ) {
    const include = `--include=${PACKAGES.join(',')}`;
    must('debootstrap', ['--variant=minbase', '--components=main,universe', include, suite, folder], {
      DEBOOTSTRAP_DIR: scripts,
    });
    copyFileSync(process.execPath, join(folder, 'usr/bin/node'));
    const npm = dirname(dirname(realpathSync(must('which', ['npm']).stdout.trim())));
    cpSync(npm, join(folder, 'usr/lib/node_modules/npm'), { recursive: true });
    for (const name of ['npm', 'npx'])
      symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(folder, 'usr/bin', name));
    const shared = ['/etc/ssl/certs/ca-certificates.crt', '/etc/resolv.conf', '/etc/pip.conf'];
    for (const file of shared) if (existsSync(file)) cpSync(realpathSync(file), join(folder, file));
    for (const file of ['.npmrc', '.config/pip/pip.conf']) {
      if (!existsSync(join(homedir(), file))) continue;
      mkdirSync(dirname(join(folder, 'root', file)), { recursive: true });
      cpSync(join(homedir(), file), join(folder, 'root', file));
    }
    must('mount', ['-t', 'proc', 'proc', join(folder, 'proc')]);
    this.mounted.push(join(folder, 'proc'));
    must('mount', ['--bind', '/dev', join(folder, 'dev')]);
    this.mounted.push(join(folder, 'dev'));
  }

  /** A place inside, as it is from outside. */
  outside(path: string): string {
    return join(this.folder, path);
  }

  /** Runs a shell's lines in the project, and gives what they print. */
  run(lines: string): string {
    const certificates = '/etc/ssl/certs/ca-certificates.crt';
    const env = [
      'PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
      'HOME=/root',
      'LANG=C.UTF-8',
      `SSL_CERT_FILE=${certificates}`,
    ];
    const command = [this.folder, '/usr/bin/env', '-i', ...env, `NODE_EXTRA_CA_CERTS=${certificates}`];
    return must('chroot', [...command, '/bin/sh', '-ec', `cd /root/project\n${lines}`]).stdout;
  }

  close(): void {
    for (const place of this.mounted.reverse()) spawnSync('umount', ['-l', place]);
  }
}

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
