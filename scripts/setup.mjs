// Prepares a fresh machine for everything this project does. Plain Node without dependencies: it runs before `npm ci`.
//
//   node scripts/setup.mjs [run|test|bench|lint|asan|tsan|fuzz|packages|package] [--status] [--build-from-source|--prebuilt]
//
// `run` (the default) is what training, evaluation and the other commands need, `package` what npm packs. An installed package has `run` alone. Every step is skipped when it is done, so
// the `pre…` hooks of package.json call this each time. `--status` prints the steps as JSON and does nothing. `--build-from-source`, or
// npm's setting of that name: an installed package's prebuilt addon is not taken, now and later, until `--prebuilt`. A clone never takes one.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clangTools } from './setup/clang-tools.mjs';
import { say, sayFailure, SetupError, timed } from './setup/console.mjs';
import { compiledPackage } from './setup/compiled-package.mjs';
import { libtensorflow } from './setup/libtensorflow.mjs';
import { compileCommands, nativeBuild } from './setup/native-build.mjs';
import { npmPackages } from './setup/npm-packages.mjs';
import { architecture, buildFolder, isClone, packageFacts, processor } from './setup/paths.mjs';
import { chooseSource, prebuiltAddon } from './setup/prebuilt-addon.mjs';
import { systemPackages } from './setup/system-packages.mjs';

const STRICT = { strict: true };
const OPTIONS = ['--status', '--build-from-source', '--prebuilt'];

const fromSource = () =>
  process.argv.includes('--build-from-source') || process.env.npm_config_build_from_source === 'true';

/** npm has installed what an installed package depends on, and where its prebuilt addon fits, nothing is asked of the system. */
function stepsOfInstalled() {
  const prebuilt = fromSource() ? undefined : prebuiltAddon({ asked: process.argv.includes('--prebuilt') });
  if (prebuilt === undefined) return [systemPackages('run'), libtensorflow, nativeBuild('addon')];
  return [libtensorflow, prebuilt, ...[systemPackages('run'), nativeBuild('addon')].map(prebuilt.otherwise)];
}

const GOALS = {
  packages: () => [npmPackages],
  run: () => (isClone ? [systemPackages('run'), npmPackages, libtensorflow, nativeBuild('addon')] : stepsOfInstalled()),
  package: () => [npmPackages, compiledPackage],
  test: () => [
    systemPackages('test'),
    npmPackages,
    libtensorflow,
    nativeBuild('addon', STRICT),
    nativeBuild('tests', STRICT),
    compiledPackage,
  ],
  bench: () => [systemPackages('bench'), npmPackages, libtensorflow, nativeBuild('addon'), nativeBuild('bench')],
  lint: () => [systemPackages('lint'), npmPackages, libtensorflow, clangTools, compileCommands],
  asan: () => [systemPackages('test'), npmPackages, libtensorflow, nativeBuild('asan', STRICT)],
  tsan: () => [systemPackages('test'), npmPackages, libtensorflow, nativeBuild('tsan', STRICT)],
  fuzz: () => [systemPackages('fuzz'), npmPackages, libtensorflow, nativeBuild('addon'), nativeBuild('fuzz')],
};

const LOCK_BUSY = 75;
const LOCKED = 'MOVINET_SETUP_LOCKED';

function checkMachine() {
  const oldest = packageFacts.engines.node.replace('>=', '');
  if (process.versions.node.localeCompare(oldest, 'en', { numeric: true }) < 0) {
    throw new SetupError(`Node ${process.versions.node} is too old`, { hint: `install Node ${oldest} or newer` });
  }
  if (process.platform !== 'linux' || processor === undefined) {
    throw new SetupError(`this is ${process.platform} on ${architecture}; only Linux on x86-64 and ARM64 is supported`);
  }
}

/** Runs this script again under a lock of the checkout, which the kernel gives back however the process ends. */
function runUnderLock() {
  mkdirSync(buildFolder, { recursive: true });
  const lock = join(buildFolder, '.setup.lock');
  const command = [process.execPath, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const options = { stdio: 'inherit', env: { ...process.env, [LOCKED]: '1' } };
  let result = spawnSync('flock', ['-n', '-E', String(LOCK_BUSY), lock, ...command], options);
  if (result.status === LOCK_BUSY) {
    say('another set-up of this checkout is running; waiting for it');
    result = spawnSync('flock', [lock, ...command], options);
  }
  if (result.error)
    throw new SetupError(`flock could not be started: ${result.error.message}`, { hint: 'install util-linux' });
  return result.status ?? 1;
}

function printStatus(steps) {
  const status = steps.map((step) => {
    try {
      return { name: step.name, done: step.isDone(), detail: step.detail?.() };
    } catch (error) {
      return { name: step.name, done: false, detail: error.message };
    }
  });
  process.stdout.write(`${JSON.stringify(status)}\n`);
}

async function main() {
  const words = process.argv.slice(2);
  if (!isClone) for (const goal of Object.keys(GOALS)) if (goal !== 'run') delete GOALS[goal];
  const goal = words.find((word) => !word.startsWith('--')) ?? 'run';
  if (!(goal in GOALS) || words.some((word) => word.startsWith('--') && !OPTIONS.includes(word))) {
    process.stderr.write(`usage: node scripts/setup.mjs [${Object.keys(GOALS).join('|')}] [${OPTIONS.join('] [')}]\n`);
    return 2;
  }
  checkMachine();
  const start = performance.now();
  const steps = GOALS[goal]();
  if (words.includes('--status')) {
    printStatus(steps);
    return 0;
  }
  if (!isClone && fromSource()) chooseSource();
  const locked = process.env[LOCKED] === '1';
  let ran = false;
  for (const step of steps) {
    if (step.isDone()) continue;
    if (!locked) {
      step.check?.();
      return runUnderLock();
    }
    step.check?.();
    await timed(step.title(), (update) => step.run(update));
    ran = true;
  }
  const event = process.env.npm_lifecycle_event;
  if (!isClone || !event || event === 'setup') {
    const details = steps.flatMap((step) => step.detail?.() ?? []);
    const seconds = ((performance.now() - start) / 1000).toFixed(2);
    say(
      [
        'all there',
        ...(details.length ? [`: ${details.join(', ')}`] : []),
        ran ? '' : ` (checked in ${seconds} s)`,
      ].join(''),
    );
  }
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  sayFailure(error);
  process.exitCode = 1;
}
