import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modelCases, parseClipInput } from '../../../scripts/bench/model/cases';
import { exportGraphs } from '../../../scripts/bench/model/export-graphs';
import { MODEL_PROGRAM, PLAIN_PROGRAMS, PROGRAM_FOLDER, runBenchmarks } from '../../../scripts/bench/program';
import { planNames, planSuite, profileSuite, runSuite } from '../../../scripts/bench/suite';
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

  const input = parseClipInput('32x2x3');
  const cases = modelCases(['a0-stream-relu6'], [input]);

  it('runs what is wanted and nothing else, and leaves no files', async () => {
    const scripts = [{ name: 'Script', open: () => Promise.resolve({ run: () => undefined }) }];
    const wanted = (name: string): boolean => /^AllocateScalar$|^SessionRunFeeds|a0-stream-relu6|^Script$/.test(name);
    const plan = await planSuite({ cases, scripts }, wanted);
    expect(planNames(plan)).toEqual([
      'AllocateScalar',
      'SessionRunFeeds/feeds:1',
      'SessionRunFeeds/feeds:8',
      'SessionRunFeeds/feeds:64',
      ...cases.map(({ name }) => name),
      'Script',
    ]);
    const options = { minSeconds: 0.001, repetitions: 2, progress: createProgress({ quiet: true }) };
    const { benchmarks, machine } = await runSuite(loadAddon(), plan, options);
    expect(benchmarks.map(({ name }) => name)).toEqual(planNames(plan));
    expect(benchmarks.filter(({ error, skipped }) => (error ?? skipped) !== undefined)).toEqual([]);
    for (const { seconds, spread, iterations } of benchmarks) {
      expect(iterations).toBeGreaterThan(0);
      expect(spread![0]).toBeGreaterThan(0);
      expect(seconds).toBeGreaterThanOrEqual(spread![0]);
      expect(seconds).toBeLessThanOrEqual(spread![1]);
    }
    const units = new Map(cases.map(({ name, work }) => [name, work === 'StreamFrame' ? 'frames' : 'clips']));
    for (const { name, rate } of benchmarks.filter((one) => units.has(one.name))) {
      expect(rate!.unit).toBe(units.get(name));
    }
    expect(machine.versions.tensorflow).toBe(loadAddon().tensorFlowVersion());
    expect(readdirSync(folder)).toEqual([]);
  });

  it('counts the clips of a batch, and the one frame of a stream', async () => {
    const results = await runManifest((await exportGraphs(loadAddon(), cases, folder)).path);
    for (const { name, rate, seconds } of results) {
      expect(rate!.value * seconds).toBeCloseTo(name.startsWith('StreamFrame') ? 1 : 3, 3);
    }
  });

  it('times each stage of a network alone', async () => {
    const stages = modelCases(['a0-base'], [input], { stages: true }).filter(({ work }) => work === 'StageForward');
    const results = await runManifest((await exportGraphs(loadAddon(), stages, folder)).path);
    expect(results.map(({ name }) => name.split('/')[2])).toEqual([
      ...['stem', 'block0', 'block1', 'block2', 'block3', 'block4', 'head'],
    ]);
    expect(results.filter(({ error }) => error !== undefined)).toEqual([]);
  });

  it('leaves out a precision that there is no device for, with the reason', async () => {
    const float16 = modelCases(['a0-base'], [input], { precisions: ['float16'] }).slice(0, 1);
    const options = { minSeconds: 0.001, repetitions: 1, progress: createProgress({ quiet: true }) };
    const plan = { programs: [], cases: float16, scripts: [] };
    const { benchmarks } = await runSuite(loadAddon(), plan, { ...options, session: { cpuOnly: true } });
    expect(benchmarks).toMatchObject([{ name: float16[0]!.name, seconds: 0 }]);
    expect(benchmarks[0]!.skipped).toMatch(/needs a GPU/);
  });

  it('names the operations of a model by the time they take', async () => {
    const forward = cases.filter(({ work }) => work === 'BackboneForward');
    const plan = { programs: [], cases: forward, scripts: [] };
    const [profile, ...others] = await profileSuite(loadAddon(), plan, { progress: createProgress({ quiet: true }) });
    expect(others).toEqual([]);
    expect(profile!.name).toBe(forward[0]!.name);
    const { operations } = profile!;
    expect(operations.map(({ type }) => type).join()).toMatch(/Conv2D|ClipBottleneck/);
    expect(operations.every(({ seconds, count }) => seconds >= 0 && count > 0)).toBe(true);
    expect(operations.map(({ seconds }) => seconds)).toEqual(
      operations.map(({ seconds }) => seconds).sort((a, b) => b - a),
    );
  });

  it('refuses a filter that picks nothing, and a profile of what is no model', async () => {
    await expect(planSuite({ cases, scripts: [] }, () => false)).rejects.toThrow(UsageError);
    const nothing = { programs: [], cases: [], scripts: [] };
    const profiled = profileSuite(loadAddon(), nothing, { progress: createProgress({ quiet: true }) });
    await expect(profiled).rejects.toThrow(UsageError);
  });

  const runManifest = (manifest: string) =>
    runBenchmarks(PROGRAM_FOLDER, MODEL_PROGRAM, {
      reportFile: join(folder, 'report.json'),
      minSeconds: 0.001,
      args: [manifest],
    });

  it('reports what TensorFlow says of a run that fails, and runs the others', async () => {
    const { path, names } = await exportGraphs(loadAddon(), cases, folder);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace(/^(feed clips:0 3x2x32x32x)3/m, '$14'));
    const [first, ...others] = await runManifest(path);
    expect(first!.error).toMatch(/reshape|channels|dimensions/);
    expect(others).toHaveLength(names.length - 1);
    expect(others.filter(({ error }) => error !== undefined)).toEqual([]);
  });

  it('says that the initial values are cut off', async () => {
    const { path } = await exportGraphs(loadAddon(), cases, folder);
    const values = join(
      folder,
      readdirSync(folder).find((name) => name.endsWith('head.values'))!,
    );
    writeFileSync(values, readFileSync(values).subarray(0, 1000));
    const results = await runManifest(path);
    const failed = results.filter(({ error }) => error !== undefined);
    expect(failed.map(({ name }) => name.split('/')[0])).toEqual(['HeadTrainingStep', 'HeadTrainingStepOnFeatures']);
    expect(failed[0]!.error).toMatch(/\.values ends before /);
  });

  it.each([
    ['graph', 'line 1: no file'],
    ['graph a.pb b.pb', 'line 1: too many fields: b.pb'],
    ['benchmark x 1 clips', 'line 1: no graph before it'],
    ['graph a.pb\nbenchmark x 0 clips', 'line 2: no positive count'],
    ['graph a.pb\nbenchmark x 1', 'line 2: no unit'],
    ['graph a.pb\nbenchmark x 1 clips\nstate float64 a:0 1 b:0', 'line 3: unknown type float64'],
    ['graph a.pb\nbenchmark x 1 clips\nfeed a:0 2x-1 value 1', 'line 3: no shape: 2x-1'],
    ['graph a.pb\nbenchmark x 1 clips\nfeed a:0 2x value 1', 'line 3: no shape: 2x'],
    ['graph a.pb\nbenchmark x 1 clips\nfeed a:0 2 other 1', 'line 3: unknown fill other'],
    ['nonsense', 'line 1: unknown kind of line: nonsense'],
  ])('refuses the manifest %j', async (text, message) => {
    const manifest = join(folder, 'manifest.txt');
    writeFileSync(manifest, `${text}\n`);
    await expect(runManifest(manifest)).rejects.toThrow(message);
  });
});
