import { CommanderError } from 'commander';
import { z } from 'zod';
import { UsageError } from '../../base/errors';
import { integerBetween, integerFrom, nonNegativeNumber } from '../../base/ranges';
import { shown } from '../../base/shown';
import { sourceName } from '../../data/video/source-name';
import { streamResult } from '../json/classified';
import { commandTable, parseCommand, type Call } from '../options/command-table';
import { flag, option } from '../options/option';
import { frameRateOption, frameStepOption, sizeOption } from '../program/clip-options';
import { modelOptions } from '../program/model-options';
import { commonOptions } from '../program/options';
import { readingOptions } from '../program/reading-options';
import { runOptions } from '../program/run-options';
import { MOST_THREADS } from '../../runtime/session-config';

const off = z.literal('off').transform(() => 0);
const on = z.literal('on').transform(() => Infinity);

const memory = z.union([off, nonNegativeNumber], {
  error: ({ input }) => `expected seconds or off, got ${shown(input)}`,
});
const reconnect = z.union([off, on, integerFrom(0)], {
  error: ({ input }) => `expected a number of tries, on or off, got ${shown(input)}`,
});

/** Seconds that a live source's answer is about by default. */
export const LIVE_MEMORY = 10;

export const streamTable = commandTable({
  name: 'stream',
  result: streamResult,
  description: 'Classifies videos while they play, with a causal model that sees each frame once.',
  examples: [
    ['--model runs/first/model rtsp://camera/live', 'a camera, for as long as it plays'],
    ['--model runs/first/model 0 --json', 'the first camera of this machine, an object a line'],
  ],
  operands: [
    '<sources...>',
    'video files, cameras (0, /dev/video0) or addresses (rtsp://…, http://…), all at the same time',
  ],
  options: {
    ...modelOptions(),
    ...runOptions('longest time to open a source, until its next frame, and of one run of the model', '10, 10, none'),
    ...readingOptions,
    size: sizeOption('width and height of a frame', "the model's"),
    frameStep: frameStepOption('every n-th frame of the video is taken', "the model's"),
    frameRate: frameRateOption('frames a second that are taken'),
    chunk: option(integerFrom(1).default(1), { value: '<n>', help: 'frames given to the model at a time' }),
    memory: option(memory.exactOptional(), {
      value: '<seconds>',
      help: 'the answer is about that long, or off: all since the beginning',
      fallback: `${LIVE_MEMORY} for live sources, off for files`,
      replaces: ['resetEvery'],
    }),
    resetEvery: option(integerFrom(1).exactOptional(), {
      value: '<n>',
      help: 'forget what was seen after n frames',
      fallback: 'never',
      replaces: ['memory'],
    }),
    reconnect: option(reconnect.default(Infinity), {
      value: '[tries]',
      help: 'open a lost live source anew, so often in a row, on (without end) or off',
      fallback: 'on',
    }),
    realtime: flag('play a file at its own speed and drop frames as a camera would'),
    threads: option(integerBetween(1, MOST_THREADS).exactOptional(), {
      value: '<n>',
      help: 'that compute',
      fallback: '1 for single frames of T0 and A0 to A3, else one for each processor',
    }),
    top: option(integerFrom(1).default(5), { value: '<n>', help: 'classes shown, the likeliest first' }),
    ...commonOptions,
  },
});

export type StreamOptions = Call<typeof streamTable.options>['options'];

/** Throws {@link UsageError}, without the passwords of sources, and commander's own error where help was asked for. */
export function parseStreamOptions(argv: readonly string[]): { options: StreamOptions; sources: string[] } {
  try {
    const { options, operands: sources } = parseCommand(streamTable, withValueOfReconnect(argv));
    if (options.resetEvery !== undefined && (options.memory ?? 0) > 0)
      throw new UsageError('A stream forgets by --memory or by --reset-every, not by both');
    return { options, sources };
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof CommanderError)) throw error;
    if (error instanceof CommanderError && error.exitCode === 0) throw error;
    const message = argv.reduce((text, word) => text.replaceAll(word, () => sourceName(word)), error.message);
    throw message === error.message ? error : new UsageError(message.replace(/^error: /, ''));
  }
}

/** `--reconnect` may stand alone before a source, which is not its value then. */
function withValueOfReconnect(argv: readonly string[]): string[] {
  return argv.map((word, i) =>
    word === '--reconnect' && !/^(-?[\d.]+|on|off)$/.test(argv[i + 1] ?? '') ? '--reconnect=on' : word,
  );
}
