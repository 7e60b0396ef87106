import { Command, Option } from 'commander';
import { z } from 'zod';
import { UsageError } from '../base/errors';
import { loadAddon } from '../native/addon';
import { EXPORT_FORMATS, exportModel } from '../model/export/export-model';
import { refuseOwnModel, refuseToReplace } from '../model/export/export-folder';
import { folderSize } from '../io/look';
import { PRESET_NAME } from '../model/pretrained/presets';
import { throwUsageErrors } from './program/failure';
import { listenForInterrupt } from './program/interrupt';
import { modelIdOf } from '../model/open-model';
import { modelOptions, readModel, variantToStream, withModelOptions } from './program/model-options';
import { checkOptions, jsonOption, quietOption, verboseOption } from './program/options';
import { createOutput } from './program/results';
import { formatBytes } from './terminal/inspect-text';
import { createProgress } from './terminal/progress';

const schema = z.object({
  ...modelOptions,
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

/** `npm run export`: writes a model for other programs, whole or not at all. */
export async function exportCommand(argv: readonly string[]): Promise<void> {
  const program = withModelOptions(throwUsageErrors(new Command('export')))
    .description(
      'Writes a trained model, or an official checkpoint, for other programs: TensorFlow, TensorFlow Serving, the official Python code.',
    )
    .requiredOption('--to <folder>', 'the folder to write; an earlier export is replaced')
    .addOption(new Option('--format <format>', `${EXPORT_FORMATS.join(', ')} (default: saved-model)`))
    .option('--force', 'replace a folder that holds other things')
    .addOption(jsonOption())
    .addOption(quietOption())
    .addOption(verboseOption())
    .parse([...argv], { from: 'user' });
  if (program.args.length > 0) throw new UsageError(`export takes no argument "${program.args.join(' ')}"`);
  const options = checkOptions(schema, program.opts());
  const { to, format, force, json, quiet } = options;
  if (format === 'stream') await variantToStream(options);
  // Nothing that the model is read from is replaced.
  const source = (await modelIdOf(options.model, options)) === undefined ? options.model : localPath(options.weights);
  if (source !== undefined) await refuseOwnModel(to, source);
  const overwrite = force ? 'anything' : 'export';
  await refuseToReplace(to, overwrite);
  const progress = createProgress({ json, quiet });
  using interrupt = listenForInterrupt((text) => progress.line(text));
  const { signal } = interrupt;
  const addon = loadAddon();
  const model = await readModel(options, { addon, progress, signal });
  signal.throwIfAborted();
  await exportModel(model, to, format, { overwrite, addon });
  if (interrupt.status !== undefined) process.exitCode = interrupt.status;
  if (quiet && !json) return;
  const bytes = await folderSize(to);
  createOutput({ json }).result(
    { model: model.id, classes: model.classes.length, format, folder: to, bytes },
    `${to}: ${model.id} with ${model.classes.length} classes as ${USES[format]}, ${formatBytes(bytes)}`,
  );
}

/** Where `--weights` lies on this machine; undefined for the preset and for an address. */
function localPath(weights: string | undefined): string | undefined {
  return weights === undefined || weights === PRESET_NAME || weights.includes('://') ? undefined : weights;
}
