import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MovinetError } from '../../../../lib/base/errors';
import { QUICK_BENCHMARKS, quickCandidates, REFERENCES } from '../../../../scripts/bench/quick/cases';
import {
  bestTimes,
  formatRatios,
  LIMIT,
  processorDesign,
  ratiosOf,
  readExpected,
  tooSlow,
  vectorLevel,
  writeExpected,
} from '../../../../scripts/bench/quick/ratios';
import type { BenchmarkResult } from '../../../../scripts/bench/results';

const result = (name: string, least: number): BenchmarkResult => ({
  ...{ program: 'some_bench', name, iterations: 3, seconds: 9, cpuSeconds: 2 * least, cpuSpread: [least, 3 * least] },
});
const [name, reference] = Object.entries(QUICK_BENCHMARKS)[0]!;
const references = REFERENCES.map((one) => result(one, one === reference ? 2 : 8));

it('measures each benchmark by its reference, by the least processor time of both', () => {
  expect(ratiosOf(bestTimes([...references, result(name, 3)]))).toEqual({ [name]: 1.5 });
});

it('takes the best of all runs', () => {
  const first = bestTimes([...references, result(name, 3)]);
  const again = bestTimes([...references.map(({ name: one }) => result(one, 100)), result(name, 1)], first);
  expect(ratiosOf(again)).toEqual({ [name]: 0.5 });
});

it('measures nothing without a reference', () => {
  expect(() => ratiosOf(bestTimes([result(name, 1)]))).toThrow(MovinetError);
});

it('finds what is beyond the limit, and nothing that is new', () => {
  const ratios = { slow: LIMIT * 1.01, fast: LIMIT * 0.99, unknown: 100 };
  expect(tooSlow(ratios, { slow: 1, fast: 1 })).toEqual(['slow']);
});

it('shows what is expected, where anything is', () => {
  expect(formatRatios({ [name]: 3 }, { [name]: 2 }).split('\n')[1]).toMatch(/ 3\.000 +2\.000 +1\.50 +too slow$/);
  expect(formatRatios({ [name]: 3 }, undefined).split('\n')[1]).toMatch(/ 3\.000 +– +–$/);
});

it('goes by the vector instructions of the processor', () => {
  expect(vectorLevel({ features: ['AVX', 'AVX2', 'AVX-512'] })).toBe('avx512');
  expect(vectorLevel({ features: ['AVX', 'AVX2'] })).toBe('avx2');
  expect(vectorLevel({ features: [] })).toBe('sse');
});

it('expects of a processor what its design gave', () => {
  const cpuinfo = 'vendor_id\t: AuthenticAMD\ncpu family\t: 26\nmodel\t\t: 2\nmodel name\t: AMD EPYC\n';
  expect(processorDesign({ features: ['AVX-512'] }, cpuinfo)).toBe('avx512, AuthenticAMD family 26 model 2');
  expect(processorDesign({ features: [] }, '')).toBe('sse, unknown family unknown model unknown');
});

it('keeps the expectations of other designs', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'movinet-bench-test-'));
  try {
    const path = join(folder, 'expected.json');
    writeFileSync(path, JSON.stringify({ avx512: { a: 1 }, avx2: { a: 2, gone: 3 } }));
    await writeExpected('avx2', { a: 1.23456 }, path);
    await expect(readExpected(path)).resolves.toEqual({ avx512: { a: 1 }, avx2: { a: 1.235 } });
    writeFileSync(path, '{"avx2":{"a":"fast"}}');
    await expect(readExpected(path)).rejects.toThrow(MovinetError);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('expects of each design all that is measured, and nothing else', async () => {
  const expected = Object.values(await readExpected());
  expect(expected.length).toBeGreaterThan(0);
  for (const ratios of expected) expect(Object.keys(ratios).sort()).toEqual(Object.keys(QUICK_BENCHMARKS).sort());
});

it('has the models and scripts that it measures', () => {
  const { cases, scripts } = quickCandidates();
  const names = new Set([...cases, ...scripts].map((one) => one.name));
  const ofModels = Object.keys(QUICK_BENCHMARKS).filter((one) => /a0-|files:|clips:4000|Checkpoint/.test(one));
  expect(ofModels.length).toBeGreaterThan(8);
  expect(ofModels.filter((one) => !names.has(one))).toEqual([]);
});
