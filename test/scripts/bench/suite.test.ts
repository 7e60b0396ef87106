import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modelCases, parseClipInput } from '../../../scripts/bench/cases';
import { exportGraphs } from '../../../scripts/bench/export-graphs';
import { MODEL_PROGRAM, PLAIN_PROGRAMS, PROGRAM_FOLDER, runBenchmarks } from '../../../scripts/bench/program';
import { planNames, planSuite, runSuite } from '../../../scripts/bench/suite';
import { createProgress } from '../../../lib/cli/terminal/progress';
import { UsageError } from '../../../lib/base/errors';
import { loadAddon } from '../../../lib/native/addon';

const built = [...PLAIN_PROGRAMS, MODEL_PROGRAM].every((program) => existsSync(join(PROGRAM_FOLDER, program)));

// Benchmarks are built by `npm run bench`, not by `npm test`.
(built ? describe : describe.skip)('the benchmark programs', () => {
  const usualFolder = tmpdir();
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(usualFolder, 'movinet-bench-test-'));
    process.env['TMPDIR'] = folder;
  });
  afterEach(() => {
    process.env['TMPDIR'] = usualFolder;
    rmSync(folder, { recursive: true, force: true });
  });

  const cases = modelCases(['a0-stream-relu6'], [parseClipInput('32x2x3')]);
  const [forward, step, stepOnFeatures] = cases.map(({ name }) => name);

  it('runs what the filter picks and nothing else, and leaves no files', async () => {
    const plan = await planSuite(cases, /^AllocateScalar$|^SessionRunFeeds|a0-stream-relu6/);
    expect(planNames(plan)).toEqual([
      'AllocateScalar',
      'SessionRunFeeds/feeds:1',
      'SessionRunFeeds/feeds:8',
      'SessionRunFeeds/feeds:64',
      forward,
      step,
      stepOnFeatures,
    ]);
    const progress = createProgress({ quiet: true });
    const { benchmarks, machine } = await runSuite(loadAddon(), plan, { minSeconds: 0.001, progress });
    expect(benchmarks.map(({ name }) => name)).toEqual(planNames(plan));
    expect(benchmarks.filter(({ error }) => error !== undefined)).toEqual([]);
    for (const { seconds, iterations } of benchmarks) {
      expect(seconds).toBeGreaterThan(0);
      expect(iterations).toBeGreaterThan(0);
    }
    for (const { seconds, rate } of benchmarks.slice(-3)) {
      expect(rate!.unit).toBe('clips');
      // Three clips each time.
      expect(rate!.value * seconds).toBeCloseTo(3, 3);
    }
    expect(machine.versions.tensorflow).toBe(loadAddon().tensorFlowVersion());
    expect(readdirSync(folder)).toEqual([]);
  });

  it('refuses a filter that picks nothing', async () => {
    await expect(planSuite(cases, /nothing/)).rejects.toThrow(UsageError);
  });

  const runManifest = (manifest: string) =>
    runBenchmarks(PROGRAM_FOLDER, MODEL_PROGRAM, {
      reportFile: join(folder, 'report.json'),
      minSeconds: 0.001,
      args: [manifest],
    });

  it('reports what TensorFlow says of a run that fails, and runs the others', async () => {
    const manifest = await exportGraphs(loadAddon(), cases, folder);
    const text = readFileSync(manifest, 'utf8');
    writeFileSync(manifest, text.replace(/^(feed clips:0 3x2x)32x32/m, '$131x33'));
    const [first, ...others] = await runManifest(manifest);
    expect(first!.error).toMatch(/reshape/);
    expect(others).toHaveLength(2);
    expect(others.filter(({ error }) => error !== undefined)).toEqual([]);
  });

  it('says that the initial values are cut off', async () => {
    const manifest = await exportGraphs(loadAddon(), cases, folder);
    const values = join(
      folder,
      readdirSync(folder).find((name) => name.endsWith('.values'))!,
    );
    writeFileSync(values, readFileSync(values).subarray(0, 1000));
    const results = await runManifest(manifest);
    expect(results.map(({ error }) => error === undefined)).toEqual([true, false, false]);
    expect(results[1]!.error).toMatch(/\.values ends before /);
  });

  it.each([
    ['graph', 'line 1: no file'],
    ['graph a.pb b.pb', 'line 1: too many fields: b.pb'],
    ['benchmark x 1', 'line 1: no graph before it'],
    ['graph a.pb\nbenchmark x 0', 'line 2: no positive number of clips'],
    ['graph a.pb\nbenchmark x 1\nfeed a:0 2x-1 value 1', 'line 3: no shape: 2x-1'],
    ['graph a.pb\nbenchmark x 1\nfeed a:0 2x value 1', 'line 3: no shape: 2x'],
    ['graph a.pb\nbenchmark x 1\nfeed a:0 2 other 1', 'line 3: unknown fill other'],
    ['nonsense', 'line 1: unknown kind of line: nonsense'],
  ])('refuses the manifest %j', async (text, message) => {
    const manifest = join(folder, 'manifest.txt');
    writeFileSync(manifest, `${text}\n`);
    await expect(runManifest(manifest)).rejects.toThrow(message);
  });
});
