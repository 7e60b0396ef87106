import type { BenchmarkResult } from '../../../scripts/bench/results';
import { formatRate, formatSpread, formatTable, formatTime } from '../../../scripts/bench/table';

it.each([
  [12.34, '12.3 s'],
  [0.148, '148 ms'],
  [0.00253, '2.53 ms'],
  [2.53e-5, '25.3 µs'],
  [2.37e-7, '237 ns'],
  [0, '0 ns'],
])('writes %d s as %s', (seconds, text) => {
  expect(formatTime(seconds)).toBe(text);
});

it('writes rates with their unit, bytes in GB', () => {
  expect(formatRate({ value: 54.21, unit: 'clips' })).toBe('54.2 clips/s');
  expect(formatRate({ value: 24290042, unit: 'operations' })).toBe('24300000 operations/s');
  expect(formatRate({ value: 9.9688e10, unit: 'bytes' })).toBe('99.7 GB/s');
});

const results: BenchmarkResult[] = [
  { program: 'tensor_bench', name: 'AllocateScalar', iterations: 191628, seconds: 2.37e-7, cpuSeconds: 1e-7 },
  {
    program: 'model_bench',
    name: 'BackboneForward/a0-base',
    iterations: 4,
    seconds: 0.148,
    spread: [0.14, 0.163],
    cpuSeconds: 0.29,
    rate: { value: 54.21, unit: 'clips' },
  },
  {
    program: 'model_bench',
    name: 'HeadTrainingStep/a0-base',
    iterations: 0,
    seconds: 0,
    cpuSeconds: 0,
    error: 'INVALID_ARGUMENT: no such shape',
  },
  { ...{ program: 'model_bench', name: 'Other' }, iterations: 0, seconds: 0, cpuSeconds: 0, skipped: 'no GPU' },
];

it('aligns the columns and groups the programs', () => {
  expect(formatTable(results)).toBe(
    [
      'benchmark                   time  spread          rate  iterations',
      '',
      'tensor_bench',
      'AllocateScalar            237 ns                            191628',
      '',
      'model_bench',
      'BackboneForward/a0-base   148 ms  ± 10 %  54.2 clips/s           4',
      'HeadTrainingStep/a0-base  failed: INVALID_ARGUMENT: no such shape',
      'Other                     left out: no GPU',
    ].join('\n'),
  );
});

it('writes how far repetitions are from their median, nothing of a single one', () => {
  expect(formatSpread({ seconds: 2, spread: [1.5, 2.2] })).toBe('± 25 %');
  expect(formatSpread({ seconds: 2 })).toBe('');
});
