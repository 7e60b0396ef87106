import { z } from 'zod';
import { shown } from '../base/shown';
import { loadAddon } from '../native/addon';
import { EXPORT_FORMATS, exportModel, type ExportOptions } from '../model/export/export-model';
import { refuseOwnModel, refuseToReplace } from '../model/export/export-folder';
import { folderSize } from '../io/look';
import { PRESET_NAME } from '../model/pretrained/presets';
import { exportResult } from './json/models';
import { commandTable, parseCommand } from './options/command-table';
import { flag, option, type OptionsOf } from './options/option';
import { listenForInterrupt } from './program/interrupt';
import { modelIdOf } from '../model/open-model';
import { modelOptions, readModel, variantToStream } from './program/model-options';
import { choice, commonOptions, openProgress, pathOption, text } from './program/options';
import { createOutput } from './program/results';
import { formatBytes } from './terminal/inspect-text';

const CLIP_SHAPE = /^(?:any|[1-9]\d{0,8})(?:,(?:any|[1-9]\d{0,8})){3}$/;
const clipShape = z.string().regex(CLIP_SHAPE, {
  error: ({ input }) => `expected batch,frames,height,width, each a number or any, got ${shown(input)}`,
});

export const exportTable = commandTable({
  name: 'export',
  result: exportResult,
  description:
    'Writes a trained model, or an official checkpoint, for other programs: TensorFlow, TensorFlow Serving, OpenVINO, ONNX Runtime, LiteRT, the official Python code.',
  examples: [
    ['--model runs/first/model --out models/actions/1', 'for TensorFlow Serving, under models/actions'],
    ['--model runs/first/model --format stream --out stream', 'frame by frame, as the official stream models'],
    [
      '--model runs/first/model --format frozen --clip-shape 1,8,224,224 --out frozen',
      'one graph of constants, for converters',
    ],
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
    trainable: flag(
      'of a SavedModel: keep variables and batch normalisation, to train on and to open as a model again; without it both are folded into constants, which takes two thirds of the time',
    ),
    clipShape: option(clipShape.exactOptional(), {
      value: '<shape>',
      help: 'of a frozen graph: batch,frames,height,width of its input, each a number or any',
      fallback: "any, then the model's; of a stream 1 frame",
    }),
    overwrite: flag('replace a folder that holds other things'),
    ...commonOptions,
  },
});

/** What a format is for, in the line that ends the command. */
const USES = {
  'saved-model': 'a SavedModel with the signature serving_default',
  stream: 'a SavedModel with the signatures call and init_states',
  frozen: 'one frozen graph of whole clips, frozen_graph.pb',
  'frozen-stream': 'one frozen graph with the states of a stream, frozen_graph.pb',
  checkpoint: 'an official checkpoint, ckpt-1',
};

/** `movinet export`: writes a model for other programs, whole or not at all. */
export async function exportCommand(argv: readonly string[]): Promise<void> {
  const { options } = parseCommand(exportTable, argv);
  const { out, format, json, quiet } = options;
  if (format === 'stream' || format === 'frozen-stream') await variantToStream(options);
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
  await exportModel(model, out, format, { overwrite, addon, ...exportOptions(options) });
  if (interrupt.status !== undefined) process.exitCode = interrupt.status;
  if (quiet && !json) return;
  const bytes = await folderSize(out);
  createOutput({ json }).result(
    { model: model.id, classes: model.classes.length, kind: format, folder: out, bytes },
    `${out}: ${model.id} with ${model.classes.length} classes as ${USES[format]}, ${formatBytes(bytes)}`,
  );
}

function exportOptions({ trainable, clipShape: shape }: OptionsOf<(typeof exportTable)['options']>): ExportOptions {
  if (shape === undefined) return { trainable };
  const sizes = shape.split(',').map((size) => (size === 'any' ? size : Number(size)));
  const [batchSize, frames, height, width] = sizes as [number, number, number, number];
  return { trainable, shape: { batchSize, frames, size: [height, width] } };
}

/** Where `--weights` lies on this machine; undefined for the preset and for an address. */
function localPath(weights: string | undefined): string | undefined {
  return weights === undefined || weights === PRESET_NAME || weights.includes('://') ? undefined : weights;
}
