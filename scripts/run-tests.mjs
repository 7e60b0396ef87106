// Runs the test runners one after another and prints the sum of their counts as the last line.
//
//   node scripts/run-tests.mjs [jest|native|asan|tsan [arguments for that runner…]]
//
// Without a name: jest and the C++ tests. The sum is also written to build/test-results/summary.txt.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildFolder, repository } from './setup/paths.mjs';
import { countGoogleTest, countJest, judge, sum, summaryLine } from './testing/summary.mjs';

const results = join(buildFolder, 'test-results');
const sanitizers = join(repository, 'test/native/sanitizers');
const LIMIT_MS = 60 * 60 * 1000;

function googleTest(title, program, report, env = {}) {
  return {
    title,
    report: join(results, report),
    count: countGoogleTest,
    command: [join(buildFolder, program), `--gtest_output=json:${join(results, report)}`],
    env,
  };
}

const RUNNERS = {
  jest: {
    title: 'TypeScript tests (jest)',
    report: join(results, 'jest.json'),
    count: countJest,
    command: [
      process.execPath,
      join(repository, 'node_modules/jest/bin/jest.js'),
      '--json',
      `--outputFile=${join(results, 'jest.json')}`,
      ...(process.env.CI ? ['--ci'] : []),
    ],
    env: {},
  },
  native: googleTest('C++ tests (GoogleTest)', 'test/native/native_tests', 'native.json'),
  asan: googleTest('C++ tests with AddressSanitizer', 'asan/test/native/native_tests', 'asan.json', {
    ASAN_OPTIONS: 'detect_leaks=1:detect_stack_use_after_return=1',
    LSAN_OPTIONS: `suppressions=${join(sanitizers, 'lsan.supp')}:print_suppressions=0`,
    UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
  }),
  tsan: googleTest('C++ tests with ThreadSanitizer', 'tsan/test/native/native_tests', 'tsan.json', {
    TSAN_OPTIONS: `suppressions=${join(sanitizers, 'tsan.supp')}:halt_on_error=0:second_deadlock_stack=1`,
  }),
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
    // jest prints its JSON to standard output too; what people read it writes to standard error.
    stdio: ['ignore', runner === RUNNERS.jest ? 'ignore' : 'inherit', 'inherit'],
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
if (name !== undefined && !(name in RUNNERS)) {
  process.stderr.write(`usage: node scripts/run-tests.mjs [${Object.keys(RUNNERS).join('|')} [arguments…]]\n`);
  process.exit(2);
}
mkdirSync(results, { recursive: true });
const runners = name === undefined ? [RUNNERS.jest, RUNNERS.native] : [RUNNERS[name]];
const total = sum(runners.map((runner) => run(runner, extra)));
writeFileSync(join(results, 'summary.txt'), `${summaryLine(total)}\n`);
process.stdout.write(`\n${summaryLine(total)}\n`);
process.exitCode = total.failed === 0 ? 0 : 1;
