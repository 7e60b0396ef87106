import { Command } from 'commander';
import { z } from 'zod';
import { UsageError } from '../base/errors';
import { throwUsageErrors } from './program/failure';
import { modelOptions, withModelOptions } from './program/model-options';
import { checkOptions, commonOptions, integerFrom, jsonOption, quietOption, verboseOption } from './program/options';
import { runOptions, withRunOptions } from './program/run-options';

const schema = z.object({
  ...commonOptions,
  ...runOptions,
  ...modelOptions,
  size: integerFrom(32).exactOptional(),
  frameStep: integerFrom(1).exactOptional(),
  chunk: integerFrom(1).default(1),
  resetEvery: integerFrom(1).exactOptional(),
  realtime: z.boolean().default(false),
  threads: integerFrom(1).exactOptional(),
  top: integerFrom(1).default(5),
});

export type StreamOptions = z.output<typeof schema>;

/** Throws {@link UsageError}, and commander's own errors. */
export function parseStreamOptions(argv: readonly string[]): { options: StreamOptions; source: string } {
  const program = withRunOptions(withModelOptions(throwUsageErrors(new Command('stream'))))
    .description('Classifies a video while it plays, with a causal model that sees each frame once.')
    .argument('<source>', 'video file, number of a camera, or address (rtsp://…, http://…)')
    .option('--size <pixels>', "width and height of a frame (default: the model's)")
    .option('--frame-step <n>', "every n-th frame of the video is taken (default: the model's)")
    .option('--chunk <n>', 'frames given to the model at a time (default: 1)')
    .option('--reset-every <n>', 'forget what was seen after n frames (default: never)')
    .option('--realtime', 'play a file at its own speed and drop frames as a camera would')
    .option(
      '--threads <n>',
      'that compute (default: 1 for single frames of T0 and A0 to A3, else one for each processor)',
    )
    .option('--top <n>', 'classes shown, the likeliest first (default: 5)')
    .addOption(jsonOption())
    .addOption(quietOption())
    .addOption(verboseOption())
    .parse([...argv], { from: 'user' });
  const [source, ...others] = program.args as [string, ...string[]];
  if (others.length > 0) throw new UsageError(`One source at a time, got ${program.args.join(', ')}`);
  return { options: checkOptions(schema, program.opts()), source };
}
