import type { SkippedVideo } from '../../video/broken-videos';

/** Characters of a reason. */
const LONGEST = 300;

/** What is wrong with a row, in one line: it is left out and listed. */
export class BadRow extends Error {
  constructor(reason: string) {
    super(oneLine(reason));
  }
}

/** A text out of a file as it may stand in a message. */
export function oneLine(text: string): string {
  const line = text.replaceAll(/[\s\p{Cc}]+/gu, ' ');
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

export const brokenRow = (file: string, row: number, reason: string): SkippedVideo => ({
  path: `${file}:${row}`,
  reason,
});

/** Does the work for one row; a {@link BadRow} goes into the list of broken ones. */
export function tryRow<T>(file: string, row: number, broken: SkippedVideo[], work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof BadRow)) throw error;
    broken.push(brokenRow(file, row, error.message));
    return undefined;
  }
}
