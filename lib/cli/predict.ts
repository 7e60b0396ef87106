import { Command } from 'commander';
import { z } from 'zod';
import type { ClipSpec } from '../base/clip';
import { loadAddon } from '../native/addon';
import type { DamagedVideo } from '../data/video/broken-videos';
import { Predictor } from '../inference/predictor';
import { topClasses } from '../base/task';
import { throwUsageErrors } from './program/failure';
import { listenForInterrupt } from './program/interrupt';
import { checkOptions, commonOptions, integerFrom, jsonOption, quietOption, verboseOption } from './program/options';
import { deviceFor, runOptions, withRunOptions, writeProfile } from './program/run-options';
import { modelIdOf } from '../model/open-model';
import { modelOptions, readModel, withModelOptions } from './program/model-options';
import { readingFrom, readingOptions, withReadingOptions } from './program/reading-options';
import { createOutput } from './program/results';
import { createProgress } from './terminal/progress';
import { warnOfDamaged } from './terminal/video-messages';

const schema = z.object({
  ...commonOptions,
  ...runOptions,
  ...modelOptions,
  ...readingOptions,
  top: integerFrom(1).default(5),
  size: integerFrom(32).exactOptional(),
  frames: integerFrom(1).exactOptional(),
  frameStep: integerFrom(1).exactOptional(),
  start: z
    .union([z.literal('center'), integerFrom(0)], { error: 'expected center or the number of a frame' })
    .exactOptional(),
  batchSize: integerFrom(1).exactOptional(),
  decodeThreads: integerFrom(1).exactOptional(),
});

type PredictOptions = z.output<typeof schema>;

function parse(argv: readonly string[]): { options: PredictOptions; files: string[] } {
  const program = withReadingOptions(withRunOptions(withModelOptions(throwUsageErrors(new Command('predict')))))
    .description('Classifies video files with a trained model, or with an official checkpoint.')
    .argument('<files...>', 'videos')
    .option('--top <n>', 'classes shown, the likeliest first (default: 5)')
    .option('--size <pixels>', "width and height of a clip (default: the model's)")
    .option('--frames <n>', "frames of a clip (default: the model's; 16 with a model id)")
    .option('--frame-step <n>', "distance of neighbouring frames in the video (default: the model's)")
    .option('--start <frame>', 'first frame of the clip, or center (default: center; 0 with a model id)')
    .option('--batch-size <n>', 'videos classified at a time (default: 8)')
    .option('--decode-threads <n>', 'that decode videos (default: one for each processor)')
    .addOption(jsonOption())
    .addOption(quietOption())
    .addOption(verboseOption())
    .parse([...argv], { from: 'user' });
  return { options: checkOptions(schema, program.opts()), files: program.args };
}

/**
 * `npm run predict`: `{"file", "predictions": [{"label", "index", "probability"}…]}` a line with `--json`, with `"damaged_packets"` where parts of the file
 * were read over. Exit status 1 where a file failed.
 */
export async function predict(argv: readonly string[]): Promise<void> {
  const { options, files } = parse(argv);
  const progress = createProgress({ json: options.json, quiet: options.quiet });
  const output = createOutput({ json: options.json });
  using interrupt = listenForInterrupt((text) => progress.line(text));
  const { signal } = interrupt;
  const isId = (await modelIdOf(options.model, options)) !== undefined;
  const addon = loadAddon();
  const device = await deviceFor(addon, options);
  const model = await readModel(options, { addon, progress, signal });
  const { size, frames, frameStep } = { ...model.clip, ...given(options) };
  using predictor = await Predictor.open(model, {
    ...{ addon, clip: { size, frames, frameStep }, start: options.start ?? (isId ? 0 : 'center') },
    session: device.config,
    reading: readingFrom(options),
    ...(options.batchSize === undefined ? {} : { batchSize: options.batchSize }),
    ...(options.decodeThreads === undefined ? {} : { threads: options.decodeThreads }),
  });
  const damaged: DamagedVideo[] = [];
  for await (const result of predictor.predictAll(files, { signal })) {
    if ('error' in result) {
      progress.warn(result.error.message);
      process.exitCode = 1;
      continue;
    }
    const predictions = topClasses(result.probabilities, model.classes, options.top);
    const lines = predictions.map(
      ({ label, probability }) => `  ${(100 * probability).toFixed(1).padStart(5)} %  ${label}`,
    );
    const { file, damagedPackets: packets } = result;
    if (packets !== undefined) damaged.push({ path: file, packets });
    const record = { file, predictions, ...(packets === undefined ? {} : { damaged_packets: packets }) };
    output.result(record, [file, ...lines].join('\n'));
  }
  warnOfDamaged(progress, damaged);
  await writeProfile(device, options, progress);
}

/** The clip options that the user gave. */
function given({ size, frames, frameStep }: PredictOptions): Partial<ClipSpec> {
  return {
    ...(size === undefined ? {} : { size }),
    ...(frames === undefined ? {} : { frames }),
    ...(frameStep === undefined ? {} : { frameStep }),
  };
}
