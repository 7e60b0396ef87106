import { existsSync } from 'node:fs';
import type { Task } from '../../base/task';
import { removeIfEmpty } from '../../io/folders';
import type { VideoReport } from '../../data/clip-report';
import type { Metrics } from '../../metrics/metric';
import { describeMetrics, formatMetric, type ShownMetrics } from '../../metrics/shown';
import { RunFolder } from '../../report/run-folder';

/** The version of the commands' JSON: another one where a key goes or means something else. */
export const JSON_FORMAT = 1;

/** Where a command's results go: standard output, as text for people or as one JSON object a line for programs. */
export interface ResultOutput {
  /** Writes one result, as `record` with `--json`, after the version of what its keys mean; as `text`, where there is one, without. */
  result(record: object, text: string | undefined): void;
}

/** `Accuracy 97.6 % on 42 test clips (loss 0.1070)`: every metric, the loss last. `on`: what was evaluated. */
export function evaluationText(metrics: Metrics, shown: ShownMetrics, { kind }: Task, on: string): string {
  const { loss = NaN, ...others } = metrics;
  const lossText = describeMetrics({ loss }, shown);
  const names = Object.entries(others).map(([name, value]) => {
    // Of several labels each is a decision.
    const title = name === 'accuracy' && kind === 'multi-label' ? 'label accuracy' : name;
    return `${title} ${formatMetric(name, value, shown)}`;
  });
  const text = names.length === 0 ? `${lossText} on ${on}` : `${names.join(', ')} on ${on} (${lossText})`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function createOutput(options: { stream?: NodeJS.WritableStream; json?: boolean } = {}): ResultOutput {
  const { stream = process.stdout, json = false } = options;
  return {
    result(record, text) {
      const line = json ? JSON.stringify({ format: JSON_FORMAT, ...record }) : text;
      if (line !== undefined) stream.write(`${line}\n`);
    },
  };
}

/** What was special about the videos of a data set, as `train --json` and `evaluate --json` list it. */
export function specialVideos({ skipped, damaged, brokenOff, short, otherRates }: VideoReport): object {
  return {
    skipped: skipped.length,
    leftOut: skipped,
    damaged,
    brokenOff,
    short,
    otherRates: otherRates.map(({ path, frameRate, expected }) => ({ path, frameRate, expected })),
  };
}

/** Opens a folder for results, hands it to the work, and takes it away again where the work failed before anything was in it. */
export async function withResultsFolder<Result>(
  path: string | undefined,
  work: (folder: RunFolder) => Promise<Result>,
): Promise<Result> {
  const isNew = path === undefined || !existsSync(path);
  const folder = await RunFolder.open(path);
  try {
    return await work(folder);
  } catch (error) {
    if (isNew) await removeIfEmpty(folder.path);
    throw error;
  }
}
