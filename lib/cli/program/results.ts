import { existsSync } from 'node:fs';
import { removeIfEmpty } from '../../io/folders';
import { RunFolder } from '../../report/run-folder';

/** Where a command's results go: standard output, as text for people or as one JSON object a line for programs. */
export interface ResultOutput {
  /** Writes one result, as `record` with `--json`, as `text` without. */
  result(record: object, text: string): void;
}

export function createOutput(options: { stream?: NodeJS.WritableStream; json?: boolean } = {}): ResultOutput {
  const { stream = process.stdout, json = false } = options;
  return {
    result(record, text) {
      stream.write(`${json ? JSON.stringify(record) : text}\n`);
    },
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
