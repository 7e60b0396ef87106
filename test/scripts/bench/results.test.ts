import { benchmarkName, parseBenchmarkReport } from '../../../scripts/bench/results';
import { MovinetError } from '../../../lib/base/errors';

const run = {
  name: 'BM_DecodeClip/real_time',
  run_name: 'BM_DecodeClip/real_time',
  run_type: 'iteration',
  repetitions: 1,
  threads: 1,
  iterations: 20,
  real_time: 12.5,
  cpu_time: 10,
  time_unit: 'ms',
  label: 'UCF101',
};

const report = (...benchmarks: object[]): string => JSON.stringify({ context: { num_cpus: 2 }, benchmarks });

it.each([
  ['BM_AllocateScalar', 'AllocateScalar'],
  ['BM_AssembleBatch/threads:2/real_time', 'AssembleBatch/threads:2'],
  ['BackboneForward/a0-base/size:64/process_time/real_time', 'BackboneForward/a0-base/size:64'],
])('names %s as %s', (native, name) => {
  expect(benchmarkName(native)).toBe(name);
});

it('gives times in seconds whatever their unit', () => {
  for (const [time_unit, scale] of Object.entries({ ns: 1e-9, us: 1e-6, ms: 1e-3, s: 1 })) {
    const [result] = parseBenchmarkReport('video_bench', report({ ...run, time_unit }));
    expect(result!.seconds).toBeCloseTo(12.5 * scale, 15);
    expect(result!.cpuSeconds).toBeCloseTo(10 * scale, 15);
  }
});

it('reads name, label, iterations and a rate in the unit that the counter names', () => {
  expect(parseBenchmarkReport('video_bench', report({ ...run, 'clips/s': 80 }))).toEqual([
    {
      program: 'video_bench',
      name: 'DecodeClip',
      label: 'UCF101',
      iterations: 20,
      seconds: 0.0125,
      cpuSeconds: 0.01,
      rate: { value: 80, unit: 'clips' },
    },
  ]);
});

it("knows Google Benchmark's own rates", () => {
  const [result] = parseBenchmarkReport('tensor_bench', report({ ...run, bytes_per_second: 5e9 }));
  expect(result!.rate).toEqual({ value: 5e9, unit: 'bytes' });
});

it('leaves averages of repetitions out', () => {
  const mean = { ...run, name: 'BM_DecodeClip/real_time_mean', run_type: 'aggregate', aggregate_name: 'mean' };
  expect(parseBenchmarkReport('video_bench', report(run, mean))).toHaveLength(1);
});

it('gives the reason of a failure in one line, and no figures', () => {
  const failed = { ...run, error_occurred: true, error_message: 'INVALID_ARGUMENT:\n  no shape', 'clips/s': 1 };
  expect(parseBenchmarkReport('model_bench', report(failed))).toEqual([
    {
      program: 'model_bench',
      name: 'DecodeClip',
      label: 'UCF101',
      iterations: 0,
      seconds: 0,
      cpuSeconds: 0,
      error: 'INVALID_ARGUMENT: no shape',
    },
  ]);
});

it('makes one result of repetitions: their medians, and how far they lie apart', () => {
  const times = [12, 10, 17].map((real_time, i) => ({
    ...run,
    real_time,
    cpu_time: 5 - i,
    'clips/s': 1000 / real_time,
  }));
  const [result, ...others] = parseBenchmarkReport('video_bench', report(...times));
  expect(others).toEqual([]);
  expect(result).toMatchObject({ seconds: 0.012, spread: [0.01, 0.017], cpuSeconds: 0.004, cpuSpread: [0.003, 0.005] });
  expect(result!.rate!.value).toBeCloseTo(1000 / 12, 9);
});

it('tells what a machine lacks from a failure', () => {
  const lacking = { ...run, error_occurred: true, error_message: 'skipped: no encoder for hevc' };
  const [result] = parseBenchmarkReport('codec_bench', report(lacking));
  expect(result).toMatchObject({ seconds: 0, skipped: 'no encoder for hevc' });
  expect(result!.error).toBeUndefined();
});

it.each([
  ['nothing', ''],
  ['a truncated report', report(run).slice(0, -20)],
  ['another unit of time', report({ ...run, time_unit: 'h' })],
  ['no benchmarks', '{}'],
])('refuses %s, naming the program', (_, text) => {
  expect(() => parseBenchmarkReport('video_bench', text)).toThrow(MovinetError);
  expect(() => parseBenchmarkReport('video_bench', text)).toThrow(/^video_bench wrote [^\n]*$/);
});
