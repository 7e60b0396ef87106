import { UsageError } from '../../../lib/base/errors';
import { type Call, commandTable, parseCommand } from '../../../lib/cli/options/command-table';
import { flag } from '../../../lib/cli/options/option';
import { verboseOption } from '../../../lib/cli/program/options';
import { createOutput } from '../../../lib/cli/program/results';
import { createProgress } from '../../../lib/cli/terminal/progress';
import { describeCpu, programVersion } from '../../../lib/runtime/machine';
import { PROGRAM_FOLDER } from '../program';
import { vectorLevel } from '../quick/ratios';
import { alignColumns } from '../table';
import {
  checkCounts,
  type CountCheck,
  countInstructions,
  instructionPrograms,
  readExpectedCounts,
  TOLERANCE,
  writeExpectedCounts,
} from './counts';

export const instructionsTable = commandTable({
  name: 'bench:instructions',
  script: true,
  description: `Counts the instructions of native code with fixed input under valgrind; status 1 where they differ by more than ${100 * TOLERANCE} % from what is expected.`,
  options: {
    update: flag('what is counted is expected from now on'),
    json: flag('print JSON'),
    verbose: verboseOption,
  },
});

/** Reads the command line. Throws UsageError, or commander's own errors. */
export function parseInstructionsOptions(argv: readonly string[]): Call<typeof instructionsTable.options>['options'] {
  return parseCommand(instructionsTable, argv).options;
}

/** One line for each program. */
export function formatCounts(checks: readonly CountCheck[]): string {
  const rows = checks.map(({ name, count, expected, differs }) => [
    ...[name, count.toLocaleString('en'), expected?.toLocaleString('en') ?? '–'],
    ...[expected === undefined ? '–' : (count / expected).toFixed(4), differs ? 'differs' : ''],
  ]);
  return alignColumns([['program', 'instructions', 'expected', 'ratio', ''], ...rows], new Set([1, 2, 3])).join('\n');
}

/** What counts follow from beside the source. Valgrind has no AVX-512, so that nothing above AVX2 is ever run. */
function toolchain(): string {
  const compiler = process.env['CXX'] ?? 'c++';
  const level = vectorLevel(describeCpu()) === 'sse' ? 'sse' : 'avx2';
  return `${compiler} ${programVersion(compiler, ['-dumpfullversion']) ?? 'unknown'}, ${level}`;
}

/** `npm run bench:instructions`: exit status 1 where a count differs. */
export async function benchInstructions(argv: readonly string[]): Promise<void> {
  const { json, update } = parseInstructionsOptions(argv);
  const progress = createProgress({ json });
  const output = createOutput({ json });
  if (programVersion('valgrind') === undefined) {
    const skipped = 'valgrind is not installed (apt-get install valgrind)';
    if (update) throw new UsageError(`Nothing can be counted: ${skipped}`);
    output.result({ skipped }, `Left out: ${skipped}`);
    return;
  }
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const own = toolchain();
  const expected = (await readExpectedCounts()).find((one) => one.toolchain === own)?.instructions;
  const names = await instructionPrograms();
  const instructions: Record<string, number> = {};
  progress.start({ label: 'Counting', total: names.length, unit: 'programs' });
  for (const [index, name] of names.entries()) {
    instructions[name] = await countInstructions(PROGRAM_FOLDER, name, interruption.signal);
    progress.update(index + 1);
  }
  progress.end(`Counted ${names.length} programs`);
  const checks = checkCounts(instructions, expected);
  output.result({ toolchain: own, checks }, formatCounts(checks));
  if (update) {
    await writeExpectedCounts({ toolchain: own, instructions });
    progress.line(`Expected from now on with ${own}`);
    return;
  }
  if (expected === undefined) progress.line(`No expectation for ${own}: nothing was compared`);
  const different = checks.filter(({ differs }) => differs);
  if (different.length === 0) return;
  progress.warn(`Another number of instructions than expected: ${different.map(({ name }) => name).join(', ')}`);
  process.exitCode = 1;
}
