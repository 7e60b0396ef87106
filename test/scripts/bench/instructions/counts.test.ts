import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MovinetError } from '../../../../lib/base/errors';
import { formatCounts, parseInstructionsOptions } from '../../../../scripts/bench/instructions/command';
import {
  checkCounts,
  countInstructions,
  instructionPrograms,
  parseCollected,
  readExpectedCounts,
  TOLERANCE,
  writeExpectedCounts,
} from '../../../../scripts/bench/instructions/counts';

it('finds the programs by their sources', async () => {
  await expect(instructionPrograms()).resolves.toEqual(
    expect.arrayContaining(['frame_transform', 'resize_with_pad']) as string[],
  );
});

it('reads what callgrind counted', () => {
  expect(parseCollected('resize', '==1== Events    : Ir\n==1== Collected : 17773616\n==1==')).toBe(17_773_616);
  expect(() => parseCollected('resize', '==1== Collected : 0')).toThrow(/no instruction of resize/);
  expect(() => parseCollected('resize', '')).toThrow(MovinetError);
});

it('says which program is missing', async () => {
  await expect(countInstructions('/nowhere', 'resize')).rejects.toThrow(/no \/nowhere\/resize_instructions/);
});

it('finds more and fewer than expected, within no more than the tolerance, and lets new programs be', () => {
  const at = (factor: number): number => Math.round(1_000_000 * (1 + factor * TOLERANCE));
  const counts = { more: at(1.1), fewer: at(-1.1), same: at(0.9), fresh: 5 };
  const expected = { more: 1_000_000, fewer: 1_000_000, same: 1_000_000 };
  const checks = checkCounts(counts, expected);
  expect(checks.filter(({ differs }) => differs).map(({ name }) => name)).toEqual(['more', 'fewer']);
  expect(formatCounts(checks).split('\n').slice(1)).toEqual([
    'more        1,022,000  1,000,000  1.0220  differs',
    'fewer         978,000  1,000,000  0.9780  differs',
    'same        1,018,000  1,000,000  1.0180',
    'fresh               5          –       –',
  ]);
});

it('keeps what is expected with other compilers', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'movinet-bench-test-'));
  try {
    const path = join(folder, 'expected.json');
    writeFileSync(path, '[{"toolchain":"b","instructions":{"x":1}},{"toolchain":"c","instructions":{"x":2}}]');
    await writeExpectedCounts({ toolchain: 'a', instructions: { x: 3 } }, path);
    await writeExpectedCounts({ toolchain: 'b', instructions: { x: 4 } }, path);
    await expect(readExpectedCounts(path)).resolves.toEqual([
      { toolchain: 'a', instructions: { x: 3 } },
      { toolchain: 'b', instructions: { x: 4 } },
      { toolchain: 'c', instructions: { x: 2 } },
    ]);
    writeFileSync(path, '{}');
    await expect(readExpectedCounts(path)).rejects.toThrow(MovinetError);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('expects counts of all programs', async () => {
  const programs = await instructionPrograms();
  for (const { instructions } of await readExpectedCounts()) expect(Object.keys(instructions).sort()).toEqual(programs);
});

it('takes --update and --json', () => {
  expect(parseInstructionsOptions(['--update'])).toEqual({ update: true, json: false, verbose: false });
});
