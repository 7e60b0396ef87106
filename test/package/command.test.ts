import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeTinyBackbone, writeTinyVideos } from '../cli/support/tiny-material';
import { suiteFolder } from '../support/suite-folder';
import { PackageProject } from './support/installed-package';

const { path: folder } = suiteFolder();
let project: PackageProject;
/** As on a machine that was never set up. */
const FRESH = { XDG_CACHE_HOME: join(folder, 'cache'), MOVINET_NATIVE_PREBUILD: undefined };

beforeAll(() => {
  project = new PackageProject(folder);
}, 120_000);

it('trains, and predicts by what it trained', async () => {
  const videos = await writeTinyVideos(folder);
  const weights = await writeTinyBackbone(folder);
  const clip = ['--size', '32', '--frames', '4', '--frame-step', '2'];
  const run = ['--data', videos, '--model', 'a0-stream-relu6', '--weights', weights, ...clip, '--epochs', '1'];
  const trained = project.movinet(['train', ...run, '--out', 'runs/first', '--json']);
  expect(trained.status).toBe(0);
  const { evaluate } = JSON.parse(trained.stdout) as { evaluate: { metrics: { loss: number } } };
  expect(evaluate.metrics.loss).toBeGreaterThan(0);
  expect(existsSync(join(folder, 'runs/first/report.html'))).toBe(true);

  const video = project.run('find', [videos, '-name', '*.avi']).stdout.split('\n')[0]!;
  const predicted = project.movinet(['predict', '--model', 'runs/first/model', video, '--json']);
  expect(predicted.status).toBe(0);
  expect(JSON.parse(predicted.stdout)).toMatchObject({ file: video });
}, 120_000);

it('says what is missing before it was set up, from a command and from a script', async () => {
  const videos = await writeTinyVideos(join(folder, 'untouched'));
  const advice =
    /^(Error: )?The native addon cannot be loaded \(it is not built\); run `npx movinet setup` to build it$/m;
  const command = project.movinet(['train', '--data', videos, '--out', 'nothing'], FRESH);
  expect([command.status, command.stderr]).toEqual([1, expect.stringMatching(advice)]);
  expect(existsSync(join(folder, 'nothing'))).toBe(false);
  const script = "require('movinet-native').loadAddon()";
  const called = project.run(process.execPath, ['-e', script], FRESH);
  expect([called.status, called.stderr]).toEqual([
    1,
    expect.stringMatching(/AddonError: The native addon .* run `npx movinet setup` to build it/),
  ]);
});

it('tells what set-up has to do, in the cache of the user and not in the package', () => {
  const { status, stdout } = project.movinet(['setup', '--status'], FRESH);
  expect(status).toBe(0);
  const steps = JSON.parse(stdout) as { name: string; done: boolean; detail?: string }[];
  expect(steps.map(({ name }) => name)).toEqual(['system packages', 'libtensorflow', 'the native addon']);
  const addon = steps.at(-1)!;
  expect(addon.done).toBe(false);
  expect(addon.detail).toMatch(
    new RegExp(`^${folder}/cache/movinet-native/addon-\\d[^/]*/build/Release/movinet_native.node$`),
  );
});

it('installs what it is built with, and nothing that only its own tests need', () => {
  const module = JSON.stringify(join(project.place, 'scripts/setup/system-packages.mjs'));
  const program = `import { packagesFor } from ${module}; console.log(packagesFor('run').map(({ apt }) => apt).join())`;
  const { stdout } = project.node('--input-type=module', '-e', program);
  expect(stdout).toContain('libopencv-core-dev');
  expect(stdout).not.toMatch(/gtest|benchmark|valgrind|chromium/);
});

it('names its other commands as a user calls them', () => {
  const { stdout } = project.movinet(['doctor'], FRESH);
  expect(stdout).toContain('Run `npx movinet setup`.');
});
