import { loadAddon } from '../native/addon';
import { EXPORT_FORMATS, exportModel } from '../model/export/export-model';
import { refuseOwnModel, refuseToReplace } from '../model/export/export-folder';
import { folderSize } from '../io/look';
import { PRESET_NAME } from '../model/pretrained/presets';
import { commandTable, parseCommand } from './options/command-table';
import { flag, option } from './options/option';
import { listenForInterrupt } from './program/interrupt';
import { modelIdOf } from '../model/open-model';
import { modelOptions, readModel, variantToStream } from './program/model-options';
import { choice, commonOptions, openProgress, pathOption, text } from './program/options';
import { createOutput } from './program/results';
import { formatBytes } from './terminal/inspect-text';

export const exportTable = commandTable({
  name: 'export',
  description:
    'Writes a trained model, or an official checkpoint, for other programs: TensorFlow, TensorFlow Serving, the official Python code.',
  examples: [
    ['--model runs/first/model --out models/actions/1', 'for TensorFlow Serving, under models/actions'],
    ['--model runs/first/model --format stream --out stream', 'frame by frame, as the official stream models'],
  ],
  options: {
    ...modelOptions(),
    out: pathOption(text, {
      value: '<folder>',
      help: 'the folder to write; an earlier export is replaced',
      required: true,
    }),
    format: option(choice(EXPORT_FORMATS).default('saved-model'), {
      value: '<format>',
      help: EXPORT_FORMATS.join(', '),
    }),
    overwrite: flag('replace a folder that holds other things'),
    ...commonOptions,
  },
});

/** What a format is for, in the line that ends the command. */
const USES = {
  'saved-model': 'a SavedModel with the signature serving_default',
  stream: 'a SavedModel with the signatures call and init_states',
  checkpoint: 'an official checkpoint, ckpt-1',
};

/** `movinet export`: writes a model for other programs, whole or not at all. */
export async function exportCommand(argv: readonly string[]): Promise<void> {
  const { options } = parseCommand(exportTable, argv);
  const { out, format, json, quiet } = options;
  if (format === 'stream') await variantToStream(options);
  // Nothing that the model is read from is replaced.
  const source = (await modelIdOf(options.model, options)) === undefined ? options.model : localPath(options.weights);
  if (source !== undefined) await refuseOwnModel(out, source);
  const overwrite = options.overwrite ? 'anything' : 'export';
  await refuseToReplace(out, overwrite);
  const progress = openProgress(options);
  using interrupt = listenForInterrupt((text) => progress.line(text));
  const { signal } = interrupt;
  const addon = loadAddon();
  const model = await readModel(options, { addon, progress, signal });
  signal.throwIfAborted();
  await exportModel(model, out, format, { overwrite, addon });
  if (interrupt.status !== undefined) process.exitCode = interrupt.status;
  if (quiet && !json) return;
  const bytes = await folderSize(out);
  createOutput({ json }).result(
    { model: model.id, classes: model.classes.length, kind: format, folder: out, bytes },
    `${out}: ${model.id} with ${model.classes.length} classes as ${USES[format]}, ${formatBytes(bytes)}`,
  );
}

/** Where `--weights` lies on this machine; undefined for the preset and for an address. */
function localPath(weights: string | undefined): string | undefined {
  return weights === undefined || weights === PRESET_NAME || weights.includes('://') ? undefined : weights;
}
