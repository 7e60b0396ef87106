import { Command } from 'commander';
import { inspectPath } from '../formats/inspect';
import { throwUsageErrors } from './program/failure';
import { inspectionText } from './terminal/inspect-text';
import { jsonOption, verboseOption } from './program/options';
import { createOutput } from './program/results';

/** `npm run inspect -- PATH…`: what SavedModels and checkpoints hold; one JSON object a line with `--json`. Nothing is run. */
export async function inspectCommand(argv: readonly string[]): Promise<void> {
  const program = throwUsageErrors(new Command('inspect'))
    .description('Shows what a SavedModel or a checkpoint holds: signatures, shapes, variables, sizes.')
    .argument('<paths...>', 'SavedModel folders; prefixes or folders of checkpoints')
    .addOption(jsonOption())
    .addOption(verboseOption())
    .parse([...argv], { from: 'user' });
  const { json = false } = program.opts<{ json?: boolean }>();
  const output = createOutput({ json });
  for (const path of program.args) {
    const inspection = await inspectPath(path);
    output.result(inspection, inspectionText(inspection));
  }
}
