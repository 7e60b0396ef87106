// The package as a user has it: `npm run check:package`. Packed, installed by npm into an empty project, set up with an empty cache, and tried with each Node.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { MovinetError } from '../../lib/base/errors';
import { commandTable, parseCommand } from '../../lib/cli/options/command-table';
import { flag, option } from '../../lib/cli/options/option';
import { runCommand } from '../../lib/cli/program/failure';
import { text, verboseOption } from '../../lib/cli/program/options';
import { writeTinyBackbone, writeTinyVideos } from '../../test/cli/support/tiny-material';
import { runTrials, writeTrials } from './trial';

const root = join(__dirname, '..', '..');
const NODES = ['20.18.1', '20', '22', '24'];

const table = commandTable({
  name: 'check:package',
  script: true,
  description:
    'Installs what npm packs into an empty project, sets it up with an empty cache and tries it with each Node.',
  options: {
    node: option(z.array(text).default(NODES), {
      ...{ value: '<version>', help: "of npm's package node", fallback: NODES.join(', '), repeated: true },
    }),
    keep: flag('leave the project and its cache, and say where they are'),
    verbose: verboseOption,
  },
});

/** A user's machine: a project, and caches of its own. */
class Place {
  readonly project: string;
  private readonly env: NodeJS.ProcessEnv;

  constructor(readonly folder: string) {
    this.project = join(folder, 'project');
    mkdirSync(this.project);
    const caches = { XDG_CACHE_HOME: join(folder, 'cache'), npm_config_cache: join(folder, 'npm') };
    // What npm tells its scripts is of this checkout.
    const own = Object.entries(process.env).filter(([name]) => !/^npm_|^MOVINET_|^INIT_CWD$/.test(name));
    this.env = { ...Object.fromEntries(own), ...caches, NO_COLOR: '1' };
  }

  /** What a program prints; its errors are shown. Throws {@link MovinetError} where it fails. */
  run(program: string, args: readonly string[], cwd = this.project): string {
    try {
      return execFileSync(program, args, {
        cwd,
        env: this.env,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
      });
    } catch (error) {
      throw new MovinetError(`${program} ${args.join(' ')} failed`, { cause: error });
    }
  }

  /** The program of a Node version, by npm's package of it. */
  nodeOf(version: string): string {
    const folder = join(this.folder, `node-${version}`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), '{}');
    this.run('npm', ['install', '--silent', '--no-audit', '--no-fund', `node@${version}`], folder);
    const found = (readdirSync(folder, { recursive: true }) as string[]).find((name) => name.endsWith('/bin/node'));
    if (found === undefined) throw new MovinetError(`npm's package node@${version} has no bin/node`);
    return join(folder, found);
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function check(argv: readonly string[]): Promise<void> {
  const { node: versions, keep } = parseCommand(table, argv).options;
  const place = new Place(mkdtempSync(join(tmpdir(), 'movinet-package-')));
  const { folder, project } = place;
  try {
    place.run('npm', ['pack', '--silent', '--pack-destination', folder], root);
    const archive = readdirSync(folder).find((name) => name.endsWith('.tgz')) as string;
    writeFileSync(join(project, 'package.json'), '{}');
    place.run('npm', ['install', '--silent', '--no-audit', '--no-fund', join(folder, archive)]);
    // Once more from the lockfile, which knows less of a package than its manifest.
    place.run('npm', ['ci', '--silent', '--no-audit', '--no-fund']);
    say(`installed: ${archive}`);
    const movinet = join('node_modules', '.bin', 'movinet');
    place.run(movinet, ['setup']);
    const videos = await writeTinyVideos(folder);
    const weights = await writeTinyBackbone(folder);
    writeTrials(project, videos, weights);
    for (const version of versions) {
      const node = place.nodeOf(version);
      const told = place.run(node, [movinet, '--version']).trim().split('\n');
      if (told.length !== 5) throw new MovinetError(`movinet --version with Node ${version}: ${told.join(', ')}`);
      runTrials((file) => place.run(node, [file]));
      say(`works: ${told.join(', ')}`);
    }
  } finally {
    if (keep) say(`left: ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  }
}

void runCommand(check);
