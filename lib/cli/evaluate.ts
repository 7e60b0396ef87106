import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { clipSpec, describeSpacing } from '../base/clip';
import { LoadedVideoDataset } from '../data/load-video-dataset';
import { frameRateAsTrained } from '../data/video/other-rate';
import { formatSplit } from '../data/lists/splits/rule';
import { UsageError } from '../base/errors';
import { loadAddon } from '../native/addon';
import { parseHistory } from '../metrics/history';
import { Trainer } from '../training/trainer';
import { type EvaluationRequest, findEvaluationData, recordFor } from './evaluation-data';
import { clipConfig, clipOptions, clipOptionsFrom, withClipOptions } from './program/clip-options';
import {
  dataConfig,
  dataOptions,
  LABELS_OF_LIST,
  splitOptionsFrom,
  STRICT,
  withDataOptions,
} from './program/data-options';
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
import {
  describeViews,
  evaluationViews,
  partViews,
  viewConfig,
  viewOptions,
  withViewOptions,
} from './program/view-options';
import { accuracyName, createOutput, specialVideos, withResultsFolder } from './program/results';
import { checkThreshold, thresholdOption, thresholdOptions } from './program/threshold-option';
import { createProgress } from './terminal/progress';
import { evaluationResults } from '../report/results';
import { trainerProgress } from './terminal/trainer-progress';
import { showIndexing, warnOfVideos } from './terminal/video-messages';

const schema = z.object({
  ...commonOptions,
  ...runOptions,
  ...modelOptions,
  ...readingOptions,
  ...clipOptions,
  ...dataOptions,
  ...viewOptions,
  ...thresholdOptions,
  out: z.string().exactOptional(),
  batchSize: integerFrom(1).exactOptional(),
  decodeThreads: integerFrom(1).exactOptional(),
  seed: anyInteger.exactOptional(),
  allowOverlap: z.boolean().default(false),
  strict: z.boolean().default(false),
});

type EvaluateOptions = z.output<typeof schema>;

function parse(argv: readonly string[]): EvaluateOptions {
  const command = withClipOptions(
    withModelOptions(throwUsageErrors(new Command('evaluate')), { labels: `; ${LABELS_OF_LIST}` }),
    "the model's",
  );
  const program = withDataOptions(withReadingOptions(withRunOptions(withViewOptions(command))), {
    data: "a folder of videos by classes, or a list of videos (default: what the model's run was trained on, and of that the very videos of its test part)",
    defaults: "the run's where the data set is",
    split: 'its own parts, or all of it',
  })
    .description(
      'Loss and accuracy of a trained model, or of an official checkpoint, on the test part of a data set, or on all of it.',
    )
    .option('--allow-overlap', 'evaluate also on clips that the model was trained on')
    .option('--out <folder>', 'for a confusion matrix, predictions and a report')
    .option('--batch-size <n>', 'clips evaluated at a time (default: 8)')
    .option('--seed <n>', "of a split by shares (default: the run's where the data set is, else 0)")
    .option('--decode-threads <n>', 'that decode videos (default: one for each processor)')
    .addOption(thresholdOption())
    .option('--strict', STRICT)
    .addOption(jsonOption())
    .addOption(quietOption())
    .addOption(verboseOption())
    .parse([...argv], { from: 'user' });
  return checkOptions(schema, program.opts());
}

/** `npm run evaluate`: `{"loss", "accuracy", "clips", "skipped", "classes", …}` with `--json`. */
export async function evaluate(argv: readonly string[]): Promise<void> {
  const options = parse(argv);
  if (options.out === undefined) return evaluateModel(options);
  refuseTrainingRun(options.out);
  await withResultsFolder(options.out, (folder) => evaluateModel(options, folder));
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

/** What the options say of the data set. */
function requestFrom(options: EvaluateOptions): EvaluationRequest {
  const { model, data, seed, allowOverlap } = options;
  return { model, data, options: splitOptionsFrom(options, seed), allowOverlap };
}

async function evaluateModel(options: EvaluateOptions, folder?: Folder): Promise<void> {
  const progress = createProgress({ json: options.json, quiet: options.quiet });
  using interrupt = listenForInterrupt((text) => progress.line(text));
  const { signal } = interrupt;
  const request = requestFrom(options);
  const record = await recordFor(request);
  const addon = loadAddon();
  const device = await deviceFor(addon, options);
  const { labels, ...ofFolder } = options;
  const isFolder = labels === undefined || existsSync(options.model);
  const model = await readModel(isFolder ? ofFolder : options, { addon, progress, signal });
  checkThreshold(options.threshold, model.task);
  const clip = clipSpec(clipOptionsFrom(options), model.clip);
  const expectedFrameRate = frameRateAsTrained(clip.every, model);
  const { batchSize, decodeThreads: threads, strict } = options;
  const { data, index, seed, recorded } = await findEvaluationData(request, record, { task: model.task, signal });
  const dataset = new LoadedVideoDataset(index, {
    ...{ addon, clip, strict, parts: ['test'] as const, signal },
    ...evaluationViews(options),
    ...(expectedFrameRate === undefined ? {} : { expectedFrameRate }),
    ...(batchSize === undefined ? {} : { batchSize }),
    ...(threads === undefined ? {} : { threads }),
    reading: readingFrom(options),
    onProgress: showIndexing(progress),
  });
  const { test } = dataset;
  const { videos, views } = partViews(test);
  progress.line(`Device: ${device.description}`);
  progress.line(
    `Data: ${data}, split ${formatSplit(index.rule)}, ${recorded ? 'as the run has it' : `seed ${seed}`}: ${describeViews(videos, views)}`,
  );
  for (const note of dataset.notes) progress.line(note);
  for (const warning of dataset.warnings) progress.warn(warning);
  progress.line(
    `Model: ${options.model} (${model.id}, ${model.classes.length} classes); clips of ${clip.frames} frames, ${describeSpacing(clip.every)}, ${clip.size}²`,
  );
  using trainer = new Trainer({ addon, model, session: device.config, callbacks: [trainerProgress(progress)] });
  const evaluation = await trainer.evaluate(test, { signal });
  await writeProfile(device, options, progress);
  const { skipped, notes, report } = dataset;
  warnOfVideos(progress, { ...report, skipped }, clip.short);
  const { loss, clips } = evaluation;
  const results = evaluationResults(evaluation, model.task, options.threshold);
  const { labels: ofLabels, confusionMatrix } = results;
  const accuracy = ofLabels?.scores.accuracy ?? evaluation.accuracy;
  const config = {
    ...{ model: options.model, data, split: formatSplit(index.rule), seed },
    ...dataConfig(request.options),
    ...clipConfig(clip),
    ...viewConfig(options),
    ...(ofLabels && { threshold: ofLabels.scores.threshold }),
    task: model.task.kind,
    device: options.device ?? 'auto',
  };
  const classes = [...model.classes];
  await folder?.writeReports({ history: { epochs: [], evaluate: { loss, accuracy }, classes, config }, ...results });
  createOutput({ json: options.json }).result(
    {
      loss,
      accuracy,
      clips: clips.length,
      ...specialVideos({ ...report, skipped }),
      notes: [...notes, ...dataset.warnings],
      classes,
      per_class: (ofLabels?.scores ?? confusionMatrix)?.per_class ?? [],
      config,
    },
    `${accuracyName(model.task)} ${(100 * accuracy).toFixed(1)} % on ${describeViews(clips.length, views)} (loss ${loss.toFixed(4)})` +
      (folder === undefined ? '' : `. Results are in ${folder.path}`),
  );
}
