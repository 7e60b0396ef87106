import { Command } from 'commander';
import { z } from 'zod';
import { clipSpec } from '../base/clip';
import { loadAddon } from '../native/addon';
import { Predictor } from '../inference/predictor';
import { clipOptions, clipOptionsFrom, withClipOptions } from './program/clip-options';
import { throwUsageErrors } from './program/failure';
import { listenForInterrupt } from './program/interrupt';
import { checkOptions, commonOptions, integerFrom, jsonOption, quietOption, verboseOption } from './program/options';
import { deviceFor, runOptions, withRunOptions, writeProfile } from './program/run-options';
import { modelIdOf } from '../model/open-model';
import { modelOptions, readModel, withModelOptions } from './program/model-options';
import { readingFrom, readingOptions, withReadingOptions } from './program/reading-options';
import { createOutput } from './program/results';
import { checkThreshold, thresholdOption, thresholdOptions } from './program/threshold-option';
import { viewOptions, viewOptionsFrom, withViewOptions } from './program/view-options';
import { shownPrediction, SpecialVideos } from './prediction';
import { createProgress } from './terminal/progress';
import { warnOfVideos } from './terminal/video-messages';

const schema = z.object({
  ...commonOptions,
  ...runOptions,
  ...modelOptions,
  ...readingOptions,
  ...clipOptions,
  ...viewOptions,
  ...thresholdOptions,
  top: integerFrom(1).default(5),
  start: z
    .union([z.literal('center'), integerFrom(0)], { error: 'expected center or the number of a frame' })
    .exactOptional(),
  batchSize: integerFrom(1).exactOptional(),
  decodeThreads: integerFrom(1).exactOptional(),
});

type PredictOptions = z.output<typeof schema>;

function parse(argv: readonly string[]): { options: PredictOptions; files: string[] } {
  const command = withClipOptions(withModelOptions(throwUsageErrors(new Command('predict'))), {
    ...{ size: "the model's", frames: "the model's; 16 with a model id", step: "the model's", short: "the model's" },
  });
  const program = withReadingOptions(withRunOptions(withViewOptions(command)))
    .description('Classifies video files with a trained model, or with an official checkpoint.')
    .argument('<files...>', 'videos')
    .option('--top <n>', 'classes shown, the likeliest first, and each above the threshold (default: 5)')
    .addOption(thresholdOption())
    .option(
      '--start <frame>',
      'first frame of the clip, or center (default: center; 0 with a model id and one clip a video)',
    )
    .option('--batch-size <n>', 'clips classified at a time (default: 8)')
    .option('--decode-threads <n>', 'that decode videos (default: one for each processor)')
    .addOption(jsonOption())
    .addOption(quietOption())
    .addOption(verboseOption())
    .parse([...argv], { from: 'user' });
  return { options: checkOptions(schema, program.opts()), files: program.args };
}

/**
 * `npm run predict`: an object a line with `--json`, see {@link shownPrediction}. Exit status 1 where a file failed.
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
  checkThreshold(options.threshold, model.task);
  const clip = clipSpec(clipOptionsFrom(options), model.clip);
  const views = viewOptionsFrom(options);
  const start = options.start ?? (isId && (views.clipsPerVideo ?? 1) === 1 ? 0 : 'center');
  using predictor = await Predictor.open(model, {
    ...{ addon, clip, start, ...views },
    session: device.config,
    reading: readingFrom(options),
    ...(options.batchSize === undefined ? {} : { batchSize: options.batchSize }),
    ...(options.decodeThreads === undefined ? {} : { threads: options.decodeThreads }),
  });
  const special = new SpecialVideos();
  for await (const result of predictor.predictAll(files, { signal })) {
    if ('error' in result) {
      progress.warn(`${result.error.message}${nameHint(result.file)}`);
      process.exitCode = 1;
      continue;
    }
    special.add(result);
    const { record, text } = shownPrediction(result, model.task, options);
    output.result(record, text);
  }
  warnOfVideos(progress, special, clip.short);
  await writeProfile(device, options, progress);
}

/** What stands in place of bytes that are no text: Node has no arguments of bytes. */
const REPLACEMENT = '\uFFFD';

function nameHint(file: string): string {
  return file.includes(REPLACEMENT) ? '. If its name is not UTF-8, rename it: such a name cannot be given here' : '';
}
