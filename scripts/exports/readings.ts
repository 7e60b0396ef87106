import { join } from 'node:path';
import { MovinetError } from '../../lib/base/errors';
import type { ExportFormat, ExportOptions } from '../../lib/model/export/export-model';
import type { ModelId } from '../../lib/movinet/options';
import { outcomeOf, PYTHON_SCRIPTS } from '../bench/peers/inputs/environments';

/** Height and width of the clips that are compared: the smallest that every variant takes in the official recipes. */
export const SIZE = 172;
/** Frames of a whole clip, and of one that a stream is shown one frame at a time (`STREAM_FRAMES` of the scripts). */
export const FRAMES = 8;
export const STREAM_FRAMES = 3;

/** Who reads an export: a Python environment of `npm run bench:peers`, and a script of `scripts/python`. */
export interface Reading {
  readonly engine: string;
  readonly environment: string;
  readonly script: string;
  readonly formats: readonly ExportFormat[];
  /** Of a SavedModel: also of one with variables. */
  readonly trainable?: true;
  /** What has to be converted first. */
  readonly converted?: 'onnx' | 'tflite';
  readonly args?: readonly string[];
  /** Of the largest difference over the largest logit. Default 1e-4. */
  readonly limit?: number;
}

/** It computes the gates of streams less exactly than the others, whose differences are all below 4e-6. */
const LIMIT_OF_OPENVINO = 2e-4;

const FROZEN: readonly ExportFormat[] = ['frozen', 'frozen-stream'];

export const READINGS: readonly Reading[] = [
  {
    ...{ engine: 'TensorFlow, tf.saved_model.load', environment: 'converter', script: 'check_saved_model.py' },
    ...{ formats: ['saved-model'], trainable: true },
  },
  {
    ...{ engine: 'TensorFlow, tf.saved_model.load', environment: 'converter', script: 'check_saved_model.py' },
    ...{ formats: ['stream'], trainable: true, args: ['--signature', 'call'] },
  },
  {
    ...{ engine: 'TensorFlow, GraphDef', environment: 'converter', script: 'exports/check_tensorflow.py' },
    formats: FROZEN,
  },
  {
    ...{ engine: 'OpenVINO, SavedModel', environment: 'openvino', script: 'exports/check_openvino_saved_model.py' },
    ...{ formats: ['saved-model'], limit: LIMIT_OF_OPENVINO },
  },
  {
    ...{ engine: 'OpenVINO, GraphDef', environment: 'openvino', script: 'exports/check_openvino.py' },
    ...{ formats: FROZEN, limit: LIMIT_OF_OPENVINO },
  },
  {
    ...{ engine: 'ONNX Runtime, by tf2onnx', environment: 'onnxruntime', script: 'exports/check_onnxruntime.py' },
    ...{ formats: FROZEN, converted: 'onnx' },
  },
  {
    ...{ engine: 'LiteRT', environment: 'litert', script: 'exports/check_litert.py' },
    ...{ formats: FROZEN, converted: 'tflite' },
  },
];

/** An export that is read. */
export interface ExportCase {
  readonly model: ModelId;
  readonly format: ExportFormat;
  readonly options: ExportOptions;
}

/** A SavedModel in both kinds, a frozen graph of the sizes that are compared. */
export function casesOf(models: readonly ModelId[], causal: (model: ModelId) => boolean): ExportCase[] {
  return models.flatMap((model) => {
    const streams = causal(model);
    const frozen = (format: ExportFormat, frames: number): ExportCase => ({
      ...{ model, format, options: { shape: { batchSize: 1, frames, size: SIZE } } },
    });
    const saved = (format: ExportFormat): ExportCase[] =>
      [false, true].map((trainable) => ({ model, format, options: { trainable } }));
    return [
      ...saved('saved-model'),
      ...(streams ? saved('stream') : []),
      frozen('frozen', FRAMES),
      ...(streams ? [frozen('frozen-stream', 1)] : []),
    ];
  });
}

/** Those that read an export. */
export const readingsOf = ({ format, options }: ExportCase): Reading[] =>
  READINGS.filter(({ formats, trainable }) => formats.includes(format) && (trainable || options.trainable !== true));

/** Frames of the clip that a case is compared on: a SavedModel of a stream is shown all at once. */
export const framesOf = ({ format }: ExportCase): number => (format === 'frozen-stream' ? STREAM_FRAMES : FRAMES);

/** What a script of `scripts/python` printed. */
export async function runScript(
  python: string,
  script: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly engine?: string; readonly relative_error?: number | null }> {
  const { stdout, failure } = await outcomeOf(python, [join(PYTHON_SCRIPTS, script), ...args], signal);
  // One whose logits differ prints them too.
  const line = stdout.split('\n').find((one) => one.startsWith('{'));
  if (line !== undefined) return JSON.parse(line) as { relative_error: number | null };
  throw new MovinetError(failure ?? 'it printed nothing');
}
