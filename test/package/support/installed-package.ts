import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const repository = join(__dirname, '..', '..', '..');
const ownModules = join(repository, 'node_modules');

type Environment = Readonly<Record<string, string | undefined>>;

/** A user's project with the package as npm packs it. Its dependencies are those of this checkout, linked: no registry is asked. */
export class PackageProject {
  /** The package as npm would publish it. */
  readonly archive: string;

  /** `folder`: an empty one. */
  constructor(readonly folder: string) {
    compilePackage();
    mkdirSync(this.place, { recursive: true });
    const { stdout } = must(
      spawnSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
        cwd: repository,
        encoding: 'utf8',
      }),
    );
    const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
    this.archive = join(folder, filename);
    must(spawnSync('tar', ['-xzf', this.archive, '--strip-components=1', '-C', this.place], { encoding: 'utf8' }));
    const { dependencies, bin } = JSON.parse(readFileSync(join(this.place, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
      bin: Record<string, string>;
    };
    for (const name of [...Object.keys(dependencies), '@types/node']) this.link(name);
    mkdirSync(join(folder, 'node_modules', '.bin'));
    for (const [name, file] of Object.entries(bin))
      symlinkSync(join('..', 'movinet-native', file), join(folder, 'node_modules', '.bin', name));
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'project', private: true }));
  }

  /** Where the package is installed. */
  get place(): string {
    return join(this.folder, 'node_modules', 'movinet-native');
  }

  /** Every file of the package, by its path in it. */
  get files(): string[] {
    const entries = readdirSync(this.place, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.place.length + 1));
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, name)), { recursive: true });
      writeFileSync(join(this.folder, name), text);
    }
  }

  /** A program of the project, with this checkout's addon in place of one that `movinet setup` would make. */
  run(command: string, args: readonly string[], env: Environment = {}): SpawnSyncReturns<string> {
    const own = { MOVINET_NATIVE_PREBUILD: process.env['MOVINET_NATIVE_PREBUILD'] ?? repository };
    return spawnSync(command, args, {
      cwd: this.folder,
      encoding: 'utf8',
      env: { ...process.env, ...own, ...env },
    });
  }

  node(...args: readonly string[]): SpawnSyncReturns<string> {
    return this.run(process.execPath, args);
  }

  movinet(args: readonly string[], env: Environment = {}): SpawnSyncReturns<string> {
    return this.run(join(this.folder, 'node_modules', '.bin', 'movinet'), args, env);
  }

  /** A tool of this checkout, in the project. */
  tool(path: string, ...args: readonly string[]): SpawnSyncReturns<string> {
    return this.node(join(ownModules, path), ...args);
  }

  private link(name: string): void {
    const place = join(this.folder, 'node_modules', name);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(join(ownModules, name), place);
  }
}

/** Into the checkout's dist/, where it is not what lib/ says. */
export function compilePackage(): void {
  must(spawnSync(process.execPath, [join(repository, 'scripts', 'setup.mjs'), 'package'], { encoding: 'utf8' }));
}

function must(result: SpawnSyncReturns<string>): SpawnSyncReturns<string> {
  if (result.status !== 0) throw new Error(`${result.error?.message ?? ''}${result.stderr}${result.stdout}`);
  return result;
}
