// Runs the test runners one after another and prints the sum of their counts as the last line.
//
//   node scripts/run-tests.mjs [jest|native|asan|tsan|RUNNER [arguments for that runner…]]
//
// Without a name: jest and the C++ tests. `asan` and `tsan` are three runners each, which can be named alone too: `asan-core`
// the C++ tests, `asan-addon` the addon's tests inside of Node, `asan-faults` the proof that faults are found.
// The sum is also written to build/test-results/summary.txt.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildFolder, repository } from './setup/paths.mjs';
import { checkFaults } from './testing/faults.mjs';
import { sanitizedNode, sanitizedProgram, sanitizedTests } from './testing/sanitizers.mjs';
import { countGoogleTest, countJest, judge, sum, summaryLine } from './testing/summary.mjs';

const results = join(buildFolder, 'test-results');
const LIMIT_MS = 60 * 60 * 1000;
const SANITIZED_TEST_LIMIT_MS = 10 * 60 * 1000;

function googleTest(report, { title, command, env }) {
  const file = join(results, report);
  return { title, report: file, count: countGoogleTest, command: [...command, `--gtest_output=json:${file}`], env };
}

function jest(report, { title, command, env }, options = []) {
  const file = join(results, report);
  const program = join(repository, 'node_modules/jest/bin/jest.js');
  const ci = process.env.CI ? ['--ci'] : [];
  return {
    title,
    report: file,
    count: countJest,
    command: [...command, program, '--json', `--outputFile=${file}`, ...ci, ...options],
    env,
    // jest prints its JSON to standard output too; what people read it writes to standard error.
    output: 'ignore',
  };
}

/** The addon's tests in one process: jest's workers would end without the report of their leaks. */
function sanitizedJest(name) {
  const options = ['--runInBand', `--testTimeout=${SANITIZED_TEST_LIMIT_MS}`, '--runTestsByPath'];
  return jest(`${name}-addon.json`, sanitizedNode(name), [...options, ...sanitizedTests('addon')]);
}

const nativeTests = {
  title: 'C++ tests (GoogleTest)',
  command: [join(buildFolder, 'test/native/native_tests')],
  env: {},
};
const typeScriptTests = { title: 'TypeScript tests (jest)', command: [process.execPath], env: {} };

function sanitizerRunners(name) {
  return {
    [`${name}-faults`]: () => checkFaults(name, sanitizedNode(name)),
    [`${name}-core`]: (extra) => run(googleTest(`${name}.json`, sanitizedProgram(name)), extra),
    [`${name}-addon`]: (extra) => run(sanitizedJest(name), extra),
  };
}

const SANITIZERS = { asan: sanitizerRunners('asan'), tsan: sanitizerRunners('tsan') };

/** Each by its name: from arguments for it to its counts. */
const RUNNERS = {
  jest: (extra) => run(jest('jest.json', typeScriptTests), extra),
  native: (extra) => run(googleTest('native.json', nativeTests), extra),
  ...SANITIZERS.asan,
  ...SANITIZERS.tsan,
};

function readReport(runner) {
  try {
    return runner.count(JSON.parse(readFileSync(runner.report, 'utf8')));
  } catch {
    return undefined;
  }
}

function run(runner, extra) {
  process.stdout.write(`\n== ${runner.title}\n`);
  rmSync(runner.report, { force: true });
  const [command, ...args] = runner.command;
  const ended = spawnSync(command, [...args, ...extra], {
    cwd: repository,
    stdio: ['ignore', runner.output ?? 'inherit', 'inherit'],
    env: { ...process.env, ...runner.env },
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  const counts = readReport(runner);
  if (ended.error) process.stdout.write(`${runner.title} did not run: ${ended.error.message}\n`);
  else if (ended.signal) process.stdout.write(`${runner.title} ended by ${ended.signal}\n`);
  else if (counts === undefined) process.stdout.write(`${runner.title} exited with ${ended.status} without a report\n`);
  return judge(counts, ended.status === 0);
}

const [name, ...extra] = process.argv.slice(2);
const names = name === undefined ? ['jest', 'native'] : Object.keys(SANITIZERS[name] ?? { [name]: true });
if (!names.every((runner) => runner in RUNNERS) || (extra.length > 0 && names.length > 1)) {
  const alone = Object.keys(RUNNERS).join('|');
  process.stderr.write(`usage: node scripts/run-tests.mjs [asan|tsan]\n   or: ... [${alone} [arguments…]]\n`);
  process.exit(2);
}
mkdirSync(results, { recursive: true });
const total = sum(names.map((runner) => RUNNERS[runner](extra)));
writeFileSync(join(results, 'summary.txt'), `${summaryLine(total)}\n`);
process.stdout.write(`\n${summaryLine(total)}\n`);
process.exitCode = total.failed === 0 ? 0 : 1;
