import { z } from 'zod';
import { PIXEL_TYPES } from '../../base/clip';
import { integerBetween, integerFrom } from '../../base/ranges';
import { shown } from '../../base/shown';
import { MOST_DECODE_THREADS } from '../../data/video/video-indexer';
import { MODEL_IDS } from '../../movinet/model-id';
import { GATING_ACTIVATIONS, type ModelId } from '../../movinet/options';
import type { UsedConfiguration } from '../options/command-table';
import { flag, option, type OptionRow, type OptionRows } from '../options/option';
import { createProgress } from '../terminal/progress';
import type { ProgressSink } from '../terminal/progress-sink';

/** A text that is not empty. */
export const text: z.ZodType<string, string> = z
  .string({ error: ({ input }) => `expected a text, got ${shown(input)}` })
  .min(1, 'expected a value');

/** One of some words. */
export function choice<const Words extends readonly string[]>(words: Words): z.ZodType<Words[number], Words[number]> {
  return z.enum(words, { error: ({ input }) => `expected ${words.join(', ')}, got ${shown(input)}` });
}

export const modelId: z.ZodType<ModelId, ModelId> = z.enum(MODEL_IDS, {
  error: ({ input }) => `Unknown model ${shown(input)}; the models are ${MODEL_IDS.join(', ')}`,
});

/** An option whose text is a path; an address stays what it is. */
export const pathOption = <Schema extends z.ZodType>(
  schema: Schema,
  row: Omit<OptionRow, 'schema'>,
): OptionRow<Schema> => option(schema, { isPath: (path) => !path.includes('://'), ...row });

export const jsonOption = flag('results as JSON, one object a line');
export const quietOption = flag('no progress, only warnings and results');
/** Its errors may come before a configuration is read. */
export const verboseOption = flag('a stack trace with an error', { commandLineOnly: true });

/** Options that every command has. */
export const commonOptions = { json: jsonOption, quiet: quietOption, verbose: verboseOption } satisfies OptionRows;

/** Which sigmoid a pretrained network's gates have; see `publishedOverrides`. */
export const gatingActivationOption = option(choice(GATING_ACTIVATIONS).exactOptional(), {
  value: '<name>',
  help: GATING_ACTIVATIONS.join(', '),
  fallback: "keras_hard_sigmoid for the published stream weights, else the model's",
});

export const pixelsOption = option(choice(PIXEL_TYPES).exactOptional(), {
  value: '<type>',
  help: 'of batches of clips: float32, or uint8, a quarter of the memory, rounded where frames are resized',
  fallback: 'float32',
});

export const batchSizeOption = (what: string): OptionRow<z.ZodExactOptional<z.ZodType<number, number>>> =>
  option(integerFrom(1).exactOptional(), { value: '<n>', help: what, fallback: '8' });

export const decodeThreadsOption = option(integerBetween(1, MOST_DECODE_THREADS).exactOptional(), {
  value: '<n>',
  help: 'that decode videos',
  fallback: 'one for each processor',
});

/** Where a command tells how far it is; it begins with the configuration that holds. */
export function openProgress(options: {
  readonly json: boolean;
  readonly quiet?: boolean;
  readonly configuration?: UsedConfiguration;
}): ProgressSink {
  const { json, quiet, configuration } = options;
  const progress = createProgress({ json, ...(quiet === undefined ? {} : { quiet }) });
  if (configuration !== undefined)
    progress.line(`Configuration: ${configuration.file} (${configuration.names.join(', ')})`);
  return progress;
}
