import type { Reading } from '../../../scripts/soak/reading';
import { judge } from '../../../scripts/soak/verdict';

/** 36 readings, 100 steps apart. */
function readings(change: (reading: Reading, i: number) => Partial<Reading>): Reading[] {
  return Array.from({ length: 36 }, (_, i) => {
    const plain = {
      step: 100 * (i + 1),
      resident: 5e8,
      tensors: 3,
      graphs: 1,
      sessions: 1,
      descriptors: 20,
      threads: 9,
    };
    return { ...plain, ...change(plain, i) };
  });
}

it('finds nothing where all stays as it is, or was more at the beginning', () => {
  expect(judge(readings(() => ({})))).toMatchObject({ bytesAStep: 0, faults: [] });
  expect(judge(readings(({ step }, i) => (i < 10 ? { resident: step * 1e5, threads: i } : {}))).faults).toEqual([]);
});

it('finds memory that grows, by how much a step, and not for one jump', () => {
  const growing = judge(readings(({ step }, i) => ({ resident: 5e8 + 2000 * step + (i % 2) * 1e5 })));
  expect(growing.bytesAStep).toBeGreaterThan(1900);
  expect(growing.bytesAStep).toBeLessThan(2100);
  expect(growing.faults).toEqual([expect.stringMatching(/^resident memory grows by \d{4} bytes a step$/)]);
  expect(judge(readings((_, i) => ({ resident: i < 30 ? 5e8 : 5.1e8 }))).faults).toEqual([]);
});

it.each(['tensors', 'graphs', 'sessions', 'descriptors', 'threads'] as const)(
  'finds %s that grow, and not such as come and go',
  (name) => {
    expect(judge(readings((reading, i) => ({ [name]: reading[name] + i }))).faults).toEqual([`${name} grow`]);
    expect(judge(readings((reading, i) => ({ [name]: reading[name] + (i % 3) }))).faults).toEqual([]);
  },
);
