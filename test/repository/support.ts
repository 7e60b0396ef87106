import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const repository = join(__dirname, '..', '..');

export function read(file: string): string {
  return readFileSync(join(repository, file), 'utf8');
}

/** The files of the project: tracked ones and new ones that git does not ignore; all below the usual folders without git. */
export function projectFiles(): string[] {
  try {
    const output = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
      cwd: repository,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return output.split('\0').filter((file) => file !== '' && existsSync(join(repository, file)));
  } catch {
    const roots = ['cmake', 'docs', 'lib', 'native', 'scripts', 'test'].filter((name) =>
      existsSync(join(repository, name)),
    );
    const below = roots.flatMap((root) =>
      readdirSync(join(repository, root), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(repository.length + 1)),
    );
    const top = readdirSync(repository, { withFileTypes: true }).filter((entry) => entry.isFile());
    return [...top.map((entry) => entry.name), ...below];
  }
}

export interface PackageJson {
  version: string;
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

export function packageJson(): PackageJson {
  return JSON.parse(read('package.json')) as PackageJson;
}

/** `name==version` of the requirements files of set-up. */
export function pinnedWheels(): Map<string, string> {
  const files = projectFiles().filter((file) => /^scripts\/setup\/pins\/[\w-]+\.txt$/.test(file));
  const pins = files.flatMap((file) => [...read(file).matchAll(/^([\w-]+)==(\S+) \\$/gm)]);
  return new Map(pins.map(([, name, version]) => [name!, version!]));
}
