import { Command } from 'commander';
import { chooseDevice } from '../../lib/runtime/device';
import { loadAddon } from '../../lib/native/addon';
import { compareWithGolden, type ParityReport } from './compare';
import { readGoldenFile } from './golden-file';
import { throwUsageErrors } from '../../lib/cli/program/failure';
import { createOutput } from '../../lib/cli/program/results';

const ERRORS = ['logits', 'losses', 'gradients', 'variables', 'logitsAfter'] as const;

function describe(report: ParityReport): string {
  const errors = ERRORS.filter((kind) => report[kind] !== undefined).map(
    (kind) => `${kind} ${(report[kind] as number).toExponential(1)}`,
  );
  return `${report.passed ? 'pass' : 'FAIL'}  ${report.case}  ${errors.join(', ')}  (limit ${report.limit})`;
}

/** `npm run parity -- FILE…`: exit status 1 where a file's numbers are not reproduced. */
export async function parity(argv: readonly string[]): Promise<void> {
  const program = throwUsageErrors(new Command('parity'))
    .description('Compares this implementation with numbers that the official one computed.')
    .argument('<files...>', 'golden files (JSON)')
    .option('--device <device>', 'auto, cpu, gpu or gpu:N', 'auto')
    .option('--json', 'one JSON line a file')
    .option('--verbose', 'show stack traces')
    .parse([...argv], { from: 'user' });
  const { device, json } = program.opts<{ device: string; json?: boolean }>();
  const output = createOutput({ json: json === true });
  const addon = loadAddon();
  const { config } = await chooseDevice(addon, device);
  let failed = false;
  for (const file of program.args) {
    const report = await compareWithGolden(addon, await readGoldenFile(file), config);
    failed ||= !report.passed;
    output.result({ file, ...report }, describe(report));
  }
  if (failed) process.exitCode = 1;
}
