import { z } from 'zod';
import { UsageError } from '../../lib/base/errors';
import { integerBetween, integerFrom } from '../../lib/base/ranges';
import { type Call, commandTable, parseCommand } from '../../lib/cli/options/command-table';
import { flag, option } from '../../lib/cli/options/option';
import { choice, modelId, pathOption, text, verboseOption } from '../../lib/cli/program/options';
import { deviceOption } from '../../lib/cli/program/run-options';
import { MOST_THREADS, PRECISIONS } from '../../lib/runtime/session-config';
import { DEFAULT_INPUTS, DEFAULT_MODELS, parseClipInput, type ClipInput } from './model/cases';

const filter: z.ZodType<RegExp, string> = z.string().transform((text, context) => {
  try {
    return new RegExp(text);
  } catch {
    context.addIssue({ code: 'custom', message: `"${text}" is no regular expression` });
    return z.NEVER;
  }
});

const clipInput: z.ZodType<ClipInput, string> = z.string().transform((text, context) => {
  try {
    return parseClipInput(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

export const benchTable = commandTable({
  name: 'bench',
  script: true,
  description: 'Times tensors, sessions, video decoding and the models in C++, and the rest in TypeScript.',
  options: {
    model: option(z.array(modelId).exactOptional(), {
      value: '<id>',
      help: 'a model',
      fallback: DEFAULT_MODELS.join(', '),
      repeated: true,
    }),
    input: option(z.array(clipInput).exactOptional(), {
      value: '<SIZExFRAMESxBATCH>',
      help: "the models' input",
      fallback: DEFAULT_INPUTS.map(({ size, frames, batchSize }) => `${size}x${frames}x${batchSize}`).join(', '),
      repeated: true,
    }),
    precision: option(z.array(choice(PRECISIONS)).exactOptional(), {
      value: '<type>',
      help: `what the models compute in: ${PRECISIONS.join(', ')}`,
      fallback: 'float32',
      repeated: true,
    }),
    threads: option(z.array(integerBetween(1, MOST_THREADS)).exactOptional(), {
      value: '<n>',
      help: 'threads that a model computes with',
      fallback: 'one for each processor, of a stream one',
      repeated: true,
    }),
    device: deviceOption,
    stages: flag('also each stage of the models alone'),
    filter: option(filter.exactOptional(), { value: '<regex>', help: 'only the benchmarks whose name matches' }),
    repetitions: option(integerFrom(1).exactOptional(), {
      value: '<n>',
      help: 'how often each is timed, for the spread',
      fallback: '3',
    }),
    compare: pathOption(text.exactOptional(), {
      value: '<file>',
      help: 'JSON of an earlier run: what has become faster and what slower',
    }),
    profile: flag("the models' operations by the time they take, in place of the benchmarks"),
    quick: flag(
      'a minute of benchmarks, by what they take relative to work that never changes; status 1 where one has become slower',
    ),
    update: flag('with --quick: what it measures is expected from now on'),
    list: flag('print the names and run nothing'),
    out: option(text.exactOptional(), {
      value: '<file>',
      help: 'where to write the JSON',
      fallback: 'runs/bench-<time>.json; nowhere with --json, --quick or --profile',
    }),
    json: flag('print the JSON instead of the table'),
    verbose: verboseOption,
  },
});

export type BenchOptions = Call<typeof benchTable.options>['options'];

/** What a quick run decides itself. */
const NOT_WITH_QUICK = [
  ...(['model', 'input', 'precision', 'threads', 'device', 'filter', 'repetitions', 'compare'] as const),
  ...(['stages', 'profile', 'list'] as const),
];

/** Reads the command line. Throws UsageError, or commander's own errors. */
export function parseBenchOptions(argv: readonly string[]): BenchOptions {
  const { options } = parseCommand(benchTable, argv);
  if (options.update && !options.quick) throw new UsageError('--update is for --quick');
  const given = NOT_WITH_QUICK.find((name) => options[name] !== undefined && options[name] !== false);
  if (options.quick && given !== undefined)
    throw new UsageError(`--quick always runs the same benchmarks: leave out --${given}`);
  if (options.profile && options.compare !== undefined)
    throw new UsageError('--profile times nothing that could be compared: leave out --compare');
  return options;
}
