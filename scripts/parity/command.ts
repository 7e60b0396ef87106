import { chooseDevice } from '../../lib/runtime/device';
import { loadAddon } from '../../lib/native/addon';
import { compareWithGolden, type ParityReport } from './compare';
import { readGoldenFile } from './golden-file';
import { commandTable, parseCommand } from '../../lib/cli/options/command-table';
import { jsonOption, verboseOption } from '../../lib/cli/program/options';
import { createOutput } from '../../lib/cli/program/results';
import { deviceOption } from '../../lib/cli/program/run-options';

const ERRORS = ['logits', 'losses', 'gradients', 'variables', 'logitsAfter'] as const;

function describe(report: ParityReport): string {
  const errors = ERRORS.filter((kind) => report[kind] !== undefined).map(
    (kind) => `${kind} ${(report[kind] as number).toExponential(1)}`,
  );
  return `${report.passed ? 'pass' : 'FAIL'}  ${report.case}  ${errors.join(', ')}  (limit ${report.limit})`;
}

export const parityTable = commandTable({
  name: 'parity',
  script: true,
  description: 'Compares this implementation with numbers that the official one computed.',
  operands: ['<files...>', 'golden files (JSON)'],
  options: { device: deviceOption, json: jsonOption, verbose: verboseOption },
});

/** `npm run parity -- FILE…`: exit status 1 where a file's numbers are not reproduced. */
export async function parity(argv: readonly string[]): Promise<void> {
  const { options, operands: files } = parseCommand(parityTable, argv);
  const output = createOutput(options);
  const addon = loadAddon();
  const { config } = await chooseDevice(addon, options.device);
  let failed = false;
  for (const file of files) {
    const report = await compareWithGolden(addon, await readGoldenFile(file), config);
    failed ||= !report.passed;
    output.result({ file, ...report }, describe(report));
  }
  if (failed) process.exitCode = 1;
}
