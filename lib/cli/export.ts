import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { UsageError } from '../errors';
import { loadAddon } from '../native/addon';
import { loadModel } from '../training/classifier';
import { EXPORT_FORMATS, exportModel } from '../weights/export';
import { checkExportFolder } from '../weights/export-folder';
import { folderSize } from '../weights/inspect-files';
import { throwUsageErrors } from './failure';
import { checkOptions, jsonOption, quietOption, verboseOption } from './options';
import { createOutput } from './output';
import { formatBytes } from './inspect-text';

const schema = z.object({
  model: z.string(),
  to: z.string(),
  format: z.enum(EXPORT_FORMATS, { error: `expected ${EXPORT_FORMATS.join(', ')}` }).default('saved-model'),
  force: z.boolean().default(false),
  json: z.boolean().default(false),
  quiet: z.boolean().default(false),
});

/** What a format is for, in the line that ends the command. */
const USES = {
  'saved-model': 'a SavedModel with the signature serving_default',
  stream: 'a SavedModel with the signatures call and init_states',
  checkpoint: 'an official checkpoint, ckpt-1',
};

/** `npm run export`: writes a trained model for other programs, whole or not at all. */
export async function exportCommand(argv: readonly string[]): Promise<void> {
  const program = throwUsageErrors(new Command('export'))
    .description('Writes a trained model for other programs: TensorFlow, TensorFlow Serving, the official Python code.')
    .requiredOption('--model <folder>', 'the folder model/ of a run')
    .requiredOption('--to <folder>', 'the folder to write; an earlier export is replaced')
    .addOption(new Option('--format <format>', `${EXPORT_FORMATS.join(', ')} (default: saved-model)`))
    .option('--force', 'replace a folder that holds other things')
    .addOption(jsonOption())
    .addOption(quietOption())
    .addOption(verboseOption())
    .parse([...argv], { from: 'user' });
  if (program.args.length > 0) throw new UsageError(`export takes no argument "${program.args.join(' ')}"`);
  const { model: source, to, format, force, json, quiet } = checkOptions(schema, program.opts());
  if (!existsSync(source)) throw new UsageError(`There is no model "${source}": give the folder model/ of a run`);
  await checkExportFolder(to, source, force);
  const addon = loadAddon();
  const model = await loadModel(source, addon);
  await exportModel(addon, model, to, format);
  if (quiet && !json) return;
  const bytes = await folderSize(to);
  createOutput({ json }).result(
    { model: model.id, classes: model.classes.length, format, folder: to, bytes },
    `${to}: ${model.id} with ${model.classes.length} classes as ${USES[format]}, ${formatBytes(bytes)}`,
  );
}
