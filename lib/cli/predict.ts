import { clipSpec } from '../base/clip';
import { integerFrom } from '../base/ranges';
import { loadAddon } from '../native/addon';
import { Predictor } from '../inference/predictor';
import { predictResult } from './json/classified';
import { commandTable, parseCommand } from './options/command-table';
import { option } from './options/option';
import { clipOptions, clipOptionsFrom, startOption } from './program/clip-options';
import { listenForInterrupt } from './program/interrupt';
import { batchSizeOption, commonOptions, decodeThreadsOption, openProgress, pixelsOption } from './program/options';
import { deviceFor, runOptions, writeProfile } from './program/run-options';
import { modelIdOf } from '../model/open-model';
import { modelOptions, readModel } from './program/model-options';
import { readingFrom, readingOptions } from './program/reading-options';
import { createOutput } from './program/results';
import { checkThreshold, thresholdOption } from './program/threshold-option';
import { viewOptions, viewOptionsFrom } from './program/view-options';
import { failedPrediction, shownPrediction, SpecialVideos } from './prediction';
import { warnOfVideos } from './terminal/video-messages';

export const predictTable = commandTable({
  name: 'predict',
  result: predictResult,
  description: 'Classifies video files with a trained model, or with an official checkpoint.',
  examples: [
    ['--model runs/first/model clip1.mp4 clip2.avi --top 3', 'the likeliest classes of files'],
    ['--model runs/first/model --json videos/*.mp4 > predictions.jsonl', 'an object a line'],
  ],
  operands: ['<files...>', 'videos'],
  options: {
    ...modelOptions(),
    ...clipOptions({
      ...{ size: "the model's", frames: "the model's; 16 with a model id", step: "the model's", short: "the model's" },
    }),
    ...viewOptions,
    ...runOptions(),
    ...readingOptions,
    top: option(integerFrom(1).default(5), {
      value: '<n>',
      help: 'classes shown, the likeliest first, and each above the threshold',
    }),
    threshold: thresholdOption,
    start: startOption('center; 0 with a model id and one clip a video'),
    batchSize: batchSizeOption('clips classified at a time'),
    pixels: pixelsOption,
    decodeThreads: decodeThreadsOption,
    ...commonOptions,
  },
});

/**
 * `movinet predict`: an object a line with `--json`, see {@link shownPrediction} and {@link failedPrediction}. Exit status 1 where a file failed.
 */
export async function predict(argv: readonly string[]): Promise<void> {
  const { options, operands: files } = parseCommand(predictTable, argv);
  const progress = openProgress(options);
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
    ...(options.pixels === undefined ? {} : { pixels: options.pixels }),
    ...(options.decodeThreads === undefined ? {} : { decodeThreads: options.decodeThreads }),
  });
  const special = new SpecialVideos();
  for await (const result of predictor.predictAll(files, { signal })) {
    if ('error' in result) {
      progress.warn(`${result.error.message}${nameHint(result.file)}`);
      output.result(failedPrediction(result), undefined);
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
