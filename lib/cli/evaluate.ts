import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clipSpec, describeSpacing } from '../base/clip';
import { LoadedVideoDataset } from '../data/load-video-dataset';
import { frameRateAsTrained } from '../data/video/other-rate';
import { formatSplit } from '../data/lists/splits/rule';
import { UsageError } from '../base/errors';
import { anyInteger } from '../base/ranges';
import { loadAddon } from '../native/addon';
import { HISTORY_FORMAT, type History, parseHistory } from '../metrics/history/history';
import { chosenMetrics } from '../metrics/meters';
import { accuracy } from '../metrics/metrics';
import { shownMetrics } from '../metrics/shown';
import { Trainer } from '../training/trainer';
import { type EvaluationRequest, findEvaluationData, recordFor } from './evaluation-data';
import { evaluateResult } from './json/runs';
import { type Call, commandTable, parseCommand } from './options/command-table';
import { flag, option } from './options/option';
import { clipConfig, clipOptions, clipOptionsFrom } from './program/clip-options';
import { dataConfig, dataOptions, LABELS_OF_LIST, splitOptionsFrom, strictOption } from './program/data-options';
import { listenForInterrupt } from './program/interrupt';
import {
  batchSizeOption,
  commonOptions,
  decodeThreadsOption,
  openProgress,
  pathOption,
  pixelsOption,
  text,
} from './program/options';
import { deviceFor, runOptions, writeProfile } from './program/run-options';
import { modelOptions, readModel } from './program/model-options';
import { readingFrom, readingOptions } from './program/reading-options';
import { describeViews, evaluationViews, partViews, viewConfig, viewOptions } from './program/view-options';
import { createOutput, evaluationText, specialVideos, withResultsFolder } from './program/results';
import { checkThreshold, thresholdOption } from './program/threshold-option';
import { evaluationRecord, evaluationResults } from '../report/results';
import { mistakeStrips } from './report/mistake-strips';
import { changedOptions, runEnvironment } from './report/run-facts';
import { trainerProgress } from './terminal/trainer-progress';
import { showIndexing, warnOfVideos } from './terminal/video-messages';

export const evaluateTable = commandTable({
  name: 'evaluate',
  result: evaluateResult,
  description:
    'Loss and accuracy of a trained model, or of an official checkpoint, on the test part of a data set, or on all of it.',
  examples: [
    ['--model runs/first/model', 'on the test part of what it was trained on'],
    ['--model runs/first/model --data other-videos --json', 'on other videos, for programs'],
  ],
  options: {
    ...modelOptions({ labels: `; ${LABELS_OF_LIST}` }),
    ...dataOptions({
      data: "a folder of videos by classes, or a list of videos (default: what the model's run was trained on, and of that the very videos of its test part)",
      defaults: "the run's where the data set is",
      split: 'its own parts, or all of it',
    }),
    ...clipOptions("the model's"),
    ...viewOptions,
    ...runOptions(),
    ...readingOptions,
    allowOverlap: flag('evaluate also on clips that the model was trained on'),
    out: pathOption(text.exactOptional(), {
      value: '<folder>',
      help: 'for a confusion matrix, predictions and a report',
    }),
    batchSize: batchSizeOption('clips evaluated at a time'),
    pixels: pixelsOption,
    seed: option(anyInteger.exactOptional(), {
      value: '<n>',
      help: 'of a split by shares',
      fallback: "the run's where the data set is, else 0",
    }),
    decodeThreads: decodeThreadsOption,
    threshold: thresholdOption,
    strict: strictOption,
    ...commonOptions,
  },
});

type EvaluateOptions = Call<typeof evaluateTable.options>['options'];

/** `movinet evaluate`: `{"format", "metrics", "clips", "skipped", "classes", …}` with `--json`. */
export async function evaluate(argv: readonly string[]): Promise<void> {
  const { options } = parseCommand(evaluateTable, argv);
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
  const progress = openProgress(options);
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
  const { batchSize, pixels, decodeThreads, strict, threshold } = options;
  const { data, index, seed, recorded } = await findEvaluationData(request, record, { task: model.task, signal });
  const dataset = new LoadedVideoDataset(index, {
    ...{ addon, clip, strict, parts: ['test'] as const, signal },
    ...evaluationViews(options),
    ...(expectedFrameRate === undefined ? {} : { expectedFrameRate }),
    ...(batchSize === undefined ? {} : { batchSize }),
    ...(pixels === undefined ? {} : { pixels }),
    ...(decodeThreads === undefined ? {} : { decodeThreads }),
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
  const metrics = chosenMetrics([accuracy(threshold === undefined ? {} : { threshold })]);
  const shown = shownMetrics(metrics);
  const callbacks = [trainerProgress(progress, shown)];
  // A model's clips are what its Trainer takes.
  using trainer = new Trainer({ addon, model: model.withClip(clip), metrics, session: device.config, callbacks });
  const evaluation = await trainer.evaluate(test, { signal });
  const { skipped, notes, report } = dataset;
  warnOfVideos(progress, { ...report, skipped }, clip.short);
  const { clips } = evaluation;
  const results = await evaluationResults(evaluation, model.task, threshold);
  const { labels: ofLabels, confusionMatrix } = results;
  const config = {
    ...{ model: options.model, data, split: formatSplit(index.rule), seed },
    ...dataConfig(request.options),
    ...clipConfig(clip),
    ...viewConfig(options),
    ...(pixels && { pixels }),
    ...(ofLabels && { threshold: ofLabels.scores.threshold }),
    task: model.task.kind,
    device: options.device ?? 'auto',
  };
  const classes = [...model.classes];
  const evaluate = evaluationRecord(evaluation);
  const environment = runEnvironment(addon, { device, decodeThreads });
  const history: History = { epochs: [], evaluate, metrics: shown, classes, environment, config };
  if (folder !== undefined) {
    const strips = await mistakeStrips(results, { addon, clip, signal, reading: readingFrom(options) });
    const changed = changedOptions(evaluateTable.options, options, config);
    await folder.writeReports({ history, ...results, strips, changed });
  }
  createOutput({ json: options.json }).result(
    {
      format: HISTORY_FORMAT,
      ...evaluate,
      clips: clips.length,
      ...specialVideos({ ...report, skipped }),
      notes: [...notes, ...dataset.warnings],
      classes,
      perClass: (ofLabels?.scores ?? confusionMatrix)?.perClass ?? [],
      config,
    },
    evaluationText(evaluation.metrics, shown, model.task, describeViews(clips.length, views)) +
      (folder === undefined ? '' : `. Results are in ${folder.path}`),
  );
  // What was evaluated is told by then, whatever becomes of the profile.
  await writeProfile(device, options, progress);
}
