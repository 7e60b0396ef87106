import {
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { callModule } from '../scripts/support/modules';
import { packageJson } from '../repository/support';
import { suiteFolder } from '../support/suite-folder';
import { PackageProject, repository } from './support/installed-package';

const { path: folder } = suiteFolder();
const own = join(repository, 'build/Release/movinet_native.node');
const libtensorflowFolder = callModule('scripts/setup/libtensorflow.mjs', 'm.libtensorflowFolder()') as string;
let project: PackageProject;

/** With a cache of its own; a compiler that fails at once, so that nothing is built, which takes a minute. */
function environment(name: string) {
  return {
    XDG_CACHE_HOME: join(folder, name),
    LIBTENSORFLOW_DIR: libtensorflowFolder,
    CXX: '/bin/false',
    MOVINET_NATIVE_PREBUILD: undefined,
    npm_config_build_from_source: undefined,
  };
}

function bring(content: Uint8Array): void {
  const place = join(project.place, 'prebuilds', `linux-${process.arch}`);
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'movinet-native.glibc.node'), content);
}

const addonIn = ({ XDG_CACHE_HOME }: { XDG_CACHE_HOME: string }): string =>
  join(XDG_CACHE_HOME, 'movinet-native', `addon-${packageJson().version}`, 'build/Release/movinet_native.node');

const steps = (args: readonly string[], env: Readonly<Record<string, string | undefined>>): string[] =>
  (JSON.parse(project.movinet(['setup', '--status', ...args], env).stdout) as { name: string }[]).map(
    ({ name }) => name,
  );

beforeAll(() => {
  project = new PackageProject(join(folder, 'project'));
}, 120_000);

it('is taken where it can be loaded, beside a link to libtensorflow, and nothing is asked of the system', () => {
  bring(readFileSync(own));
  const env = environment('taken');
  const first = project.movinet(['setup'], env);
  expect([first.status, first.stderr]).toEqual([0, expect.stringMatching(/the prebuilt addon into .* done in /)]);
  expect(first.stderr).not.toMatch(/system packages|the native addon/);
  const built = join(env.XDG_CACHE_HOME, 'movinet-native', `addon-${packageJson().version}`, 'build', 'Release');
  expect(readFileSync(join(built, 'movinet_native.node')).equals(readFileSync(own))).toBe(true);
  expect(readlinkSync(join(built, 'libtensorflow'))).toBe(libtensorflowFolder);
  // A build from source that follows must link its own.
  expect(statSync(join(built, 'movinet_native.node')).mtimeMs).toBe(0);

  const again = project.movinet(['setup'], env);
  expect([again.status, again.stderr]).toEqual([0, expect.stringContaining('all there')]);
  expect(project.movinet(['--version'], env).stdout).toMatch(/^tensorflow 2\./m);
});

it('is replaced when the package brings another one', () => {
  const env = environment('taken');
  const other = Buffer.concat([readFileSync(own), Buffer.alloc(1)]);
  bring(other);
  expect(project.movinet(['setup'], env).stderr).toContain('the prebuilt addon into');
  expect(readFileSync(addonIn(env)).equals(other)).toBe(true);
  // One that does not load leaves what is there.
  bring(Buffer.from('no addon'));
  expect(project.movinet(['setup'], env).stderr).toContain('does not fit this machine');
  expect(readFileSync(addonIn(env)).equals(other)).toBe(true);
});

it('says why it does not fit, and builds one here instead', () => {
  bring(Buffer.from('no addon'));
  const env = environment('refused');
  const { status, stderr } = project.movinet(['setup'], env);
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /the prebuilt addon into .* does not fit this machine \(.*(?:file too short|invalid ELF header)\): it is built here instead/,
  );
  expect(stderr).toMatch(/the native addon, built in .* failed/);
  expect(
    existsSync(
      join(env.XDG_CACHE_HOME, `movinet-native/addon-${packageJson().version}/build/Release/movinet_native.node`),
    ),
  ).toBe(false);
  // What was found out once is not tried again.
  expect(project.movinet(['setup'], env).stderr).not.toContain('the prebuilt addon');
});

it('is left out on request, and where the package brings none for this machine', () => {
  bring(readFileSync(own));
  const env = environment('left-out');
  const built = ['system packages', 'libtensorflow', 'the native addon'];
  expect(steps([], env)).toEqual(['libtensorflow', 'the prebuilt addon', 'system packages', 'the native addon']);
  expect(steps(['--build-from-source'], env)).toEqual(built);
  expect(steps([], { ...env, npm_config_build_from_source: 'true' })).toEqual(built);
  rmSync(join(project.place, 'prebuilds'), { recursive: true });
  mkdirSync(join(project.place, 'prebuilds/linux-s390x'), { recursive: true });
  symlinkSync(own, join(project.place, 'prebuilds/linux-s390x/movinet-native.glibc.node'));
  expect(steps([], env)).toEqual(built);
});

it('is no longer taken once one that is built here was asked for, until it is asked for itself', () => {
  bring(readFileSync(own));
  const env = environment('chosen');
  expect(project.movinet(['setup', '--build-from-source'], env).status).toBe(1);
  expect(steps([], env)).not.toContain('the prebuilt addon');
  expect(steps(['--prebuilt'], env)).toContain('the prebuilt addon');
  expect(project.movinet(['setup', '--prebuilt'], env).status).toBe(0);
  expect(steps([], env)).toContain('the prebuilt addon');
});
