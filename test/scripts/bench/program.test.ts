import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listBenchmarks, runBenchmarks } from '../../../scripts/bench/program';
import { MovinetError } from '../../../lib/base/errors';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'movinet-bench-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program of this name that is a shell script. */
function program(script: string): string {
  writeFileSync(join(folder, 'some_bench'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'some_bench'), 0o755);
  return 'some_bench';
}

const REPORT = JSON.stringify({
  benchmarks: [{ name: 'BM_One/a:1', iterations: 3, real_time: 2, cpu_time: 1, time_unit: 'ms' }],
});

/** Writes the arguments to a file, a report where it is told to, and a table. */
const WORKING = `
printf '%s\\n' "$@" > "$(dirname "$0")/arguments"
for word in "$@"; do case "$word" in --benchmark_out=*) echo '${REPORT}' > "\${word#*=}";; esac; done
echo '-----------------------------'
echo 'Benchmark     Time   CPU   Iterations'
echo '-----------------------------'
echo 'BM_One/a:1   2 ms   1 ms   3'
echo 'BM_One/a:1   3 ms   1 ms   3'
echo 'BM_One/a:1_mean   2.5 ms   1 ms   2'`;

const options = () => ({ reportFile: join(folder, 'report.json'), minSeconds: 0.5 });

it('lists the benchmarks of a program', async () => {
  const name = program('[ "$1" = --benchmark_list_tests=true ] && printf "BM_One/a:1\\nBM_Two\\n"');
  await expect(listBenchmarks(folder, name)).resolves.toEqual(['BM_One/a:1', 'BM_Two']);
});

it('runs the benchmarks that are named, tells of each once whatever its repetitions, and reads the report', async () => {
  const done: string[] = [];
  const results = await runBenchmarks(folder, program(WORKING), {
    ...options(),
    nativeNames: ['BM_One/a:1', 'BM_C++.x'],
    args: ['manifest.txt'],
    onBenchmark: (name) => done.push(name),
  });
  expect(results).toEqual([
    { program: 'some_bench', name: 'One/a:1', iterations: 3, seconds: 0.002, cpuSeconds: 0.001 },
  ]);
  expect(done).toEqual(['One/a:1']);
  const given = readFileSync(join(folder, 'arguments'), 'utf8').trim().split('\n');
  expect(given[0]).toBe('manifest.txt');
  expect(given).toContain('--benchmark_min_time=0.5');
  const filter = new RegExp(given.find((word) => word.startsWith('--benchmark_filter='))!.replace(/^.*?=/, ''));
  expect(['BM_One/a:1', 'BM_C++.x', 'BM_One/a:12', 'BM_C++xx'].filter((name) => filter.test(name))).toEqual([
    'BM_One/a:1',
    'BM_C++.x',
  ]);
});

it('says which program is missing and how to build it', async () => {
  await expect(listBenchmarks(folder, 'no_bench')).rejects.toThrow(/no_bench; run `node scripts\/setup\.mjs bench`/);
});

it('gives the last thing that a failing program said, without the remarks of libraries', async () => {
  const script = `
echo 'I0000 00:00:1795463484.766034   30907 port.cc:153] oneDNN custom operations are on.' >&2
echo 'manifest.txt, line 2: no positive number of clips' >&2
echo '***WARNING*** Library was built as DEBUG. Timings may be affected.' >&2
exit 1`;
  const running = runBenchmarks(folder, program(script), options());
  await expect(running).rejects.toThrow('some_bench failed: manifest.txt, line 2: no positive number of clips');
  await expect(running).rejects.toBeInstanceOf(MovinetError);
});

it('names the signal that ended a program', async () => {
  await expect(runBenchmarks(folder, program('kill -SEGV $$'), options())).rejects.toThrow(
    'some_bench failed: SIGSEGV',
  );
});

it('ends the program when it is aborted', async () => {
  const interruption = new AbortController();
  const script = `
echo $$ > "$(dirname "$0")/pid"
echo 'BM_One/a:1   2 ms   1 ms   3'
exec sleep 60`;
  const running = runBenchmarks(folder, program(script), {
    ...options(),
    onBenchmark: () => interruption.abort(),
    signal: interruption.signal,
  });
  await expect(running).rejects.toMatchObject({ name: 'AbortError' });
});
