import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  symlinkSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { registerEmulator } from './emulator';
import { must } from './program';

/** What a system has before anything of ours is on it. */
const PACKAGES = ['ca-certificates', 'python3', 'python3-pip'];

/** debootstrap's folder, with Ubuntu's script under the names of releases that it does not know yet. Ubuntu's key is in the package ubuntu-archive-keyring. */
export function debootstrapFolder(folder: string, suites: readonly string[]): string {
  const own = join(folder, 'debootstrap');
  cpSync('/usr/share/debootstrap', own, { recursive: true, verbatimSymlinks: true });
  for (const suite of suites) {
    const script = join(own, 'scripts', suite);
    if (!existsSync(script)) symlinkSync('gutsy', script);
  }
  return own;
}

export type Architecture = 'x64' | 'arm64';
const DEBIAN_NAMES = { x64: 'amd64', arm64: 'arm64' } as const;

export interface RootFileSystemOptions {
  /** Debian's, beside Python with pip, which set-up takes for granted. */
  readonly packages?: readonly string[];
  /** Another one than this machine's is emulated. Default: this machine's. */
  readonly architecture?: Architecture | undefined;
  /** A version of Node in full. Default: this one's. */
  readonly node?: string | undefined;
}

/** This Node, or another one by npm's package of it. */
function nodeFor(architecture: Architecture, version: string, folder: string): string {
  if (architecture === process.arch && version === process.versions.node) return process.execPath;
  const place = join(folder, 'tmp');
  must('npm', ['pack', '--silent', '--pack-destination', place, `node-linux-${architecture}@${version}`]);
  const archive = readdirSync(place).find((name) => name.startsWith('node-linux-')) as string;
  must('tar', ['-xzf', join(place, archive), '-C', place]);
  return join(place, 'package/bin/node');
}

/** A root file system with this machine's Node and npm, and with what it trusts of the network. */
export class RootFileSystem {
  private readonly mounted: string[] = [];

  /** `scripts`: {@link debootstrapFolder}. */
  constructor(
    suite: string,
    private readonly folder: string,
    scripts: string,
    {
      packages = [],
      architecture = process.arch as Architecture,
      node = process.versions.node,
    }: RootFileSystemOptions = {},
  ) {
    const include = `--include=${[...PACKAGES, ...packages].join(',')}`;
    if (architecture === 'arm64') registerEmulator();
    const arch = `--arch=${DEBIAN_NAMES[architecture]}`;
    must('debootstrap', [arch, '--variant=minbase', '--components=main,universe', include, suite, folder], {
      DEBOOTSTRAP_DIR: scripts,
    });
    copyFileSync(nodeFor(architecture, node, folder), join(folder, 'usr/bin/node'));
    chmodSync(join(folder, 'usr/bin/node'), 0o755);
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
    // The devices are debootstrap's own: whoever removes a file system that was left must not remove this machine's.
    mkdirSync(join(folder, 'dev/shm'), { recursive: true });
    try {
      this.mount('proc', 'proc');
      this.mount('tmpfs', 'dev/shm');
    } catch (error) {
      this.close();
      throw error;
    }
  }

  private mount(type: string, place: string): void {
    must('mount', ['-t', type, type, join(this.folder, place)]);
    this.mounted.push(join(this.folder, place));
  }

  /** A place inside, as it is from outside. */
  outside(path: string): string {
    return join(this.folder, path);
  }

  /** Runs a shell's lines, in the project if no other folder is named, and gives what they print. */
  run(lines: string, cwd = '/root/project'): string {
    const certificates = '/etc/ssl/certs/ca-certificates.crt';
    const env = [
      'PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
      'HOME=/root',
      'LANG=C.UTF-8',
      `SSL_CERT_FILE=${certificates}`,
    ];
    const command = [this.folder, '/usr/bin/env', '-i', ...env, `NODE_EXTRA_CA_CERTS=${certificates}`];
    return must('chroot', [...command, '/bin/sh', '-ec', `cd ${cwd}\n${lines}`]).stdout;
  }

  close(): void {
    for (const place of this.mounted.reverse()) spawnSync('umount', ['-l', place]);
  }
}
