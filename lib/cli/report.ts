import { messageOf } from '../base/shown';
import type { History } from '../metrics/history/history';
import { loadAddon } from '../native/addon';
import { FolderLock } from '../io/guard/folder-lock';
import type { ClipStrip } from '../report/clip-strip';
import { readRunResults } from '../report/read-results';
import type { EvaluationResults } from '../report/results';
import { RunFolder } from '../report/run-folder';
import { reportResult } from './json/runs';
import { commandTable, parseCommand } from './options/command-table';
import { clipFromConfig } from './program/clip-options';
import { listenForInterrupt } from './program/interrupt';
import { commonOptions, openProgress } from './program/options';
import { createOutput } from './program/results';
import { mistakeStrips } from './report/mistake-strips';
import type { ProgressSink } from './terminal/progress-sink';

export const reportTable = commandTable({
  name: 'report',
  result: reportResult,
  description:
    "Draws a run's page and charts again from its files: history.json and predictions.csv, which stay as they are. Frames of the mistakes are shown where the videos are still there.",
  operands: ['<run>', 'the folder of a run, or of an evaluation'],
  options: { ...commonOptions },
  examples: [['runs/first', 'after an update, or where only the data were kept']],
});

/** `movinet report RUN`: `{"format", "out", "files"}` with `--json`. */
export async function report(argv: readonly string[]): Promise<void> {
  const { options, operands } = parseCommand(reportTable, argv);
  const [path = ''] = operands;
  const progress = openProgress(options);
  using interrupt = listenForInterrupt((text) => progress.line(text));
  const { history, ...results } = await readRunResults(path);
  const folder = await RunFolder.open(path);
  const lock = await FolderLock.take(folder.path);
  try {
    const strips = await stripsOf(results, history, progress, interrupt.signal);
    const files = await folder.draw({ history, ...results, strips });
    createOutput(options).result({ out: path, files }, `Drawn again: ${files.join(', ')} in ${path}`);
  } finally {
    await lock.release();
  }
  if (interrupt.status !== undefined) process.exitCode = interrupt.status;
}

/** None where nothing can be decoded on this machine: the page does without. */
async function stripsOf(
  results: EvaluationResults,
  history: History,
  progress: ProgressSink,
  signal: AbortSignal,
): Promise<readonly ClipStrip[]> {
  const clip = clipFromConfig(history.config);
  if (clip === undefined) return [];
  try {
    return await mistakeStrips(results, { addon: loadAddon(), clip, signal, reading: {} });
  } catch (error) {
    progress.warn(`The page shows no frames: ${messageOf(error)}`);
    return [];
  }
}
