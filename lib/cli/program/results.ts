import { existsSync } from 'node:fs';
import type { Task } from '../../base/task';
import { removeIfEmpty } from '../../io/folders';
import type { VideoReport } from '../../data/clip-report';
import { RunFolder } from '../../report/run-folder';

/** Where a command's results go: standard output, as text for people or as one JSON object a line for programs. */
export interface ResultOutput {
  /** Writes one result, as `record` with `--json`, as `text` without. */
  result(record: object, text: string): void;
}

/** What the share of right decisions is called: of several labels each is one. */
export const accuracyName = ({ kind }: Task): string => (kind === 'multi-label' ? 'Label accuracy' : 'Accuracy');

export function createOutput(options: { stream?: NodeJS.WritableStream; json?: boolean } = {}): ResultOutput {
  const { stream = process.stdout, json = false } = options;
  return {
    result(record, text) {
      stream.write(`${json ? JSON.stringify(record) : text}\n`);
    },
  };
}

/** What was special about the videos of a data set, as `train --json` and `evaluate --json` list it. */
export function specialVideos({ skipped, damaged, brokenOff, short, otherRates }: VideoReport): object {
  return {
    skipped: skipped.length,
    left_out: skipped,
    damaged,
    broken_off: brokenOff,
    short,
    other_rates: otherRates.map(({ path, frameRate, expected }) => ({ path, frame_rate: frameRate, expected })),
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
