import { inspectPath, type Inspection } from '../formats/inspect';
import { isModelFolder, type ModelDescription, readModelDescription } from '../model/model-folder';
import { inspectResult } from './json/models';
import { commandTable, parseCommand } from './options/command-table';
import { jsonOption, openProgress, verboseOption } from './program/options';
import { createOutput } from './program/results';
import { inspectionText } from './terminal/inspect-text';
import { createProgress } from './terminal/progress';

export const inspectTable = commandTable({
  name: 'inspect',
  result: inspectResult,
  description: 'Shows what a SavedModel or a checkpoint holds: signatures, shapes, variables, sizes.',
  examples: [['models/actions/1', 'signatures and variables of a SavedModel']],
  operands: ['<paths...>', 'SavedModel folders; prefixes or folders of checkpoints'],
  options: { json: jsonOption, verbose: verboseOption },
});

/** What the folder of a model of this library says of it; undefined for others', and where it cannot be read, which is warned of. */
async function describedModel({ kind, path }: Inspection): Promise<ModelDescription | undefined> {
  if (kind !== 'saved-model' || !(await isModelFolder(path))) return undefined;
  try {
    return await readModelDescription(path);
  } catch (error) {
    createProgress({ json: false, quiet: true }).warn((error as Error).message);
    return undefined;
  }
}

/** `movinet inspect PATH…`: what SavedModels and checkpoints hold; one JSON object a line with `--json`. Nothing is run. */
export async function inspectCommand(argv: readonly string[]): Promise<void> {
  const { options, operands: paths } = parseCommand(inspectTable, argv);
  openProgress(options);
  const output = createOutput(options);
  for (const path of paths) {
    const inspection = await inspectPath(path);
    const model = await describedModel(inspection);
    output.result({ ...inspection, ...(model && { model }) }, inspectionText(inspection, model));
  }
}
