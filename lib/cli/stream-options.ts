import { Command, CommanderError, Option } from 'commander';
import { z } from 'zod';
import { UsageError } from '../base/errors';
import { sourceName } from '../data/video/source-name';
import { clipOptions } from './program/clip-options';
import { throwUsageErrors } from './program/failure';
import { modelOptions, withModelOptions } from './program/model-options';
import {
  checkOptions,
  commonOptions,
  integerFrom,
  jsonOption,
  nonNegativeNumber,
  quietOption,
  verboseOption,
} from './program/options';
import { readingOptions, withReadingOptions } from './program/reading-options';
import { runOptions, withRunOptions } from './program/run-options';

const off = z.literal('off').transform(() => 0);
const on = z.literal('on').transform(() => Infinity);

const schema = z.object({
  ...commonOptions,
  ...runOptions,
  ...modelOptions,
  ...readingOptions,
  size: integerFrom(32).exactOptional(),
  ...{ frameStep: clipOptions.frameStep, frameRate: clipOptions.frameRate },
  chunk: integerFrom(1).default(1),
  memory: z
    .union([off, nonNegativeNumber], { error: ({ input }) => `expected seconds or off, got ${String(input)}` })
    .exactOptional(),
  resetEvery: integerFrom(1).exactOptional(),
  reconnect: z
    .union([off, on, integerFrom(0)], {
      error: ({ input }) => `expected a number of tries, on or off, got ${String(input)}`,
    })
    .default(Infinity),
  realtime: z.boolean().default(false),
  threads: integerFrom(1).exactOptional(),
  top: integerFrom(1).default(5),
});

export type StreamOptions = z.output<typeof schema>;

/** Seconds that a live source's answer is about by default. */
export const LIVE_MEMORY = 10;

/** Throws {@link UsageError}, without the passwords of sources, and commander's own error where help was asked for. */
export function parseStreamOptions(argv: readonly string[]): { options: StreamOptions; sources: string[] } {
  try {
    const program = command().parse(withValueOfReconnect(argv), { from: 'user' });
    const options = checkOptions(schema, program.opts());
    if (options.resetEvery !== undefined && (options.memory ?? 0) > 0)
      throw new UsageError('A stream forgets by --memory or by --reset-every, not by both');
    return { options, sources: program.args };
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof CommanderError)) throw error;
    if (error instanceof CommanderError && error.exitCode === 0) throw error;
    const message = argv.reduce((text, word) => text.replaceAll(word, () => sourceName(word)), error.message);
    throw message === error.message ? error : new UsageError(message.replace(/^error: /, ''));
  }
}

function command(): Command {
  const timeout =
    'longest time to open a source, until its next frame, and of one run of the model (default: 10, 10, none)';
  const program = withModelOptions(throwUsageErrors(new Command('stream')));
  return withReadingOptions(withRunOptions(program, timeout))
    .description('Classifies videos while they play, with a causal model that sees each frame once.')
    .argument(
      '<sources...>',
      'video files, cameras (0, /dev/video0) or addresses (rtsp://…, http://…), all at the same time',
    )
    .option('--size <pixels>', "width and height of a frame (default: the model's)")
    .option('--frame-step <n>', "every n-th frame of the video is taken (default: the model's)")
    .option(
      '--frame-rate <rate>',
      "frames a second that are taken, by the video's timestamps, in place of a frame step",
    )
    .option('--chunk <n>', 'frames given to the model at a time (default: 1)')
    .option(
      '--memory <seconds>',
      `the answer is about that long, or off: all since the beginning (default: ${LIVE_MEMORY} for live sources, off for files)`,
    )
    .option('--reset-every <n>', 'forget what was seen after n frames (default: never)')
    .addOption(
      new Option(
        '--reconnect [tries]',
        'open a lost live source anew, so often in a row, or off (default: without end)',
      ),
    )
    .option('--realtime', 'play a file at its own speed and drop frames as a camera would')
    .option(
      '--threads <n>',
      'that compute (default: 1 for single frames of T0 and A0 to A3, else one for each processor)',
    )
    .option('--top <n>', 'classes shown, the likeliest first (default: 5)')
    .addOption(jsonOption())
    .addOption(quietOption())
    .addOption(verboseOption());
}

/** `--reconnect` may stand alone before a source, which is not its value then. */
function withValueOfReconnect(argv: readonly string[]): string[] {
  return argv.map((word, i) =>
    word === '--reconnect' && !/^(\d+|on|off)$/.test(argv[i + 1] ?? '') ? '--reconnect=on' : word,
  );
}
