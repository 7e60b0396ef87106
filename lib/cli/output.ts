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
