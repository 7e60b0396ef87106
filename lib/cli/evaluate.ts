import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { loadVideoDataset } from '../data/load-video-dataset';
import { formatSplit, parseSplit } from '../data/lists/splits';
import { UsageError } from '../base/errors';
import { loadAddon } from '../native/addon';
import { parseHistory } from '../metrics/history';
import { Trainer } from '../training/trainer';
import { throwUsageErrors } from './program/failure';
import { listenForInterrupt } from './program/interrupt';
import {
  anyInteger,
  checkOptions,
  commonOptions,
  integerFrom,
  jsonOption,
  quietOption,
  verboseOption,
} from './program/options';
import { deviceFor, runOptions, withRunOptions, writeProfile } from './program/run-options';
import { modelOptions, readModel, withModelOptions } from './program/model-options';
import { readingFrom, readingOptions, withReadingOptions } from './program/reading-options';
import { createOutput, withResultsFolder } from './program/results';
import { createProgress } from './terminal/progress';
import { evaluationResults } from '../report/results';
import { trainerProgress } from './terminal/trainer-progress';
import { showIndexing, warnOfDamaged, warnOfSkipped } from './terminal/video-messages';

const schema = z.object({
  ...commonOptions,
  ...runOptions,
  ...modelOptions,
  ...readingOptions,
  data: z.string(),
  split: z.string().default('auto'),
  out: z.string().exactOptional(),
  size: integerFrom(32).exactOptional(),
  frames: integerFrom(1).exactOptional(),
  frameStep: integerFrom(1).exactOptional(),
  batchSize: integerFrom(1).exactOptional(),
  decodeThreads: integerFrom(1).exactOptional(),
  seed: anyInteger.default(0),
  strict: z.boolean().default(false),
});

type EvaluateOptions = z.output<typeof schema>;

function parse(argv: readonly string[]): EvaluateOptions {
  const program = withReadingOptions(withRunOptions(withModelOptions(throwUsageErrors(new Command('evaluate')))))
    .description(
      'Loss and accuracy of a trained model, or of an official checkpoint, on the test part of a data set, or on all of it.',
    )
    .requiredOption('--data <folder>', 'one sub-folder of videos for each class, or train/ and test/ folders of such')
    .option('--split <rule>', 'all, auto, folders, ucf101, tutorial, or the share to train on, such as 0.8', 'auto')
    .option('--out <folder>', 'for a confusion matrix, predictions and a report')
    .option('--size <pixels>', "width and height of a clip (default: the model's)")
    .option('--frames <n>', "frames of a clip (default: the model's)")
    .option('--frame-step <n>', "distance of neighbouring frames of a clip in the video (default: the model's)")
    .option('--batch-size <n>', 'clips evaluated at a time (default: 8)')
    .option('--seed <n>', 'of a split by share (default: 0)')
    .option('--decode-threads <n>', 'that decode videos (default: one for each processor)')
    .option('--strict', 'a broken video is an error instead of being left out')
    .addOption(jsonOption())
    .addOption(quietOption())
    .addOption(verboseOption())
    .parse([...argv], { from: 'user' });
  return checkOptions(schema, program.opts());
}

/** `npm run evaluate`: `{"loss", "accuracy", "clips", "skipped", "classes", …}` with `--json`. */
export async function evaluate(argv: readonly string[]): Promise<void> {
  const options = parse(argv);
  const split = parseSplit(options.split);
  if (options.out === undefined) return evaluateModel(options, split);
  refuseTrainingRun(options.out);
  await withResultsFolder(options.out, (folder) => evaluateModel(options, split, folder));
}

/** A run's own results are not replaced by an evaluation's. */
function refuseTrainingRun(folder: string): void {
  const path = join(folder, 'history.json');
  if (!existsSync(path)) return;
  let epochs: number;
  try {
    epochs = parseHistory(readFileSync(path, 'utf8')).epochs.length;
  } catch {
    epochs = 1;
  }
  if (epochs > 0)
    throw new UsageError(`${folder} holds the results of a training run: choose another folder with --out`);
}

type Folder = Parameters<Parameters<typeof withResultsFolder>[1]>[0];

async function evaluateModel(
  options: EvaluateOptions,
  split: ReturnType<typeof parseSplit>,
  folder?: Folder,
): Promise<void> {
  const progress = createProgress({ json: options.json, quiet: options.quiet });
  using interrupt = listenForInterrupt((text) => progress.line(text));
  const { signal } = interrupt;
  const addon = loadAddon();
  const device = await deviceFor(addon, options);
  const model = await readModel(options, { addon, progress, signal });
  const { size = model.clip.size, frames = model.clip.frames, frameStep = model.clip.frameStep } = options;
  const { batchSize, decodeThreads: threads, seed, strict } = options;
  const dataset = await loadVideoDataset(options.data, {
    ...{ addon, split, size, frames, frameStep, seed, strict, classes: model.classes, parts: ['test'], signal },
    ...(batchSize === undefined ? {} : { batchSize }),
    ...(threads === undefined ? {} : { threads }),
    reading: readingFrom(options),
    onProgress: showIndexing(progress),
  });
  const { test } = dataset;
  progress.line(`Device: ${device.description}`);
  progress.line(
    `Data: ${options.data}, split ${formatSplit(dataset.videos.rule)}, seed ${seed}: ${test.clipCount} videos; ` +
      'give the split and seed of the training, or clips that it saw count as well',
  );
  progress.line(
    `Model: ${options.model} (${model.id}, ${model.classes.length} classes); clips of ${frames} frames, frame step ${frameStep}, ${size}²`,
  );
  using trainer = new Trainer({ addon, model, session: device.config, callbacks: [trainerProgress(progress)] });
  const evaluation = await trainer.evaluate(test, { signal });
  await writeProfile(device, options, progress);
  const { skipped, damaged } = test.report;
  warnOfSkipped(progress, skipped);
  warnOfDamaged(progress, damaged);
  const { loss, accuracy, clips } = evaluation;
  const results = evaluationResults(evaluation, model.classes);
  const config = {
    ...{ model: options.model, data: options.data, split: formatSplit(dataset.videos.rule) },
    ...{ size, frames, frame_step: frameStep, device: options.device ?? 'auto' },
  };
  const classes = [...model.classes];
  await folder?.writeReports({ history: { epochs: [], evaluate: { loss, accuracy }, classes, config }, ...results });
  createOutput({ json: options.json }).result(
    {
      loss,
      accuracy,
      clips: clips.length,
      skipped: skipped.length,
      damaged,
      classes,
      per_class: results.confusionMatrix.per_class,
      config,
    },
    `Accuracy ${(100 * accuracy).toFixed(1)} % on ${clips.length} clips (loss ${loss.toFixed(4)})` +
      (folder === undefined ? '' : `. Results are in ${folder.path}`),
  );
}
