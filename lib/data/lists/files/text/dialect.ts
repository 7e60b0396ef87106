import { parse } from 'csv-parse/sync';
import type { Options } from 'csv-parse';
import { isHeader } from './columns';

/** What stands between the fields of a row. */
export type Delimiter = ',' | '\t' | ';' | ' ';

/** The likelier one first, where a list's first lines leave it open. */
const DELIMITERS: readonly Delimiter[] = ['\t', ',', ';', ' '];
/** Lines that are looked at. */
const LINES = 20;
/** Bytes of a row: more than that, and a quote was never closed. */
const LONGEST_ROW = 1 << 20;

export const csvOptions = (delimiter: Delimiter): Options => ({
  delimiter: delimiter === ' ' ? [' ', '\t'] : delimiter,
  // Between a comma and a quote there may be spaces.
  ltrim: delimiter === ',' || delimiter === ';',
  record_delimiter: ['\r\n', '\n', '\r'],
  comment: '#',
  comment_no_infix: true,
  relax_quotes: true,
  relax_column_count: true,
  skip_empty_lines: true,
  max_record_size: LONGEST_ROW,
});

/**
 * What separates the fields of a list, found out from the lines that it begins with: that by which the first is a header; then that by which most have a cell
 * which is a video's name; then that which gives most of them as many fields as the first. A list of a column alone is taken for comma separated.
 */
export function findDelimiter(beginning: string, isVideo: (cell: string) => boolean): Delimiter {
  let best: { delimiter: Delimiter; score: number } = { delimiter: ',', score: 0 };
  for (const delimiter of DELIMITERS) {
    const rows = firstRows(beginning, delimiter).filter((row, i) => i === 0 || row.length > 1);
    const [first = []] = rows;
    if (first.length < 2) continue;
    const header = isHeader(first, isVideo) ? 1 : 0;
    const telling = rows.filter((row) => row.some(isVideo)).length;
    const even = rows.filter((row) => row.length === first.length).length;
    const score = (header * (LINES + 1) + telling) * (LINES + 1) + even;
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

function firstRows(beginning: string, delimiter: Delimiter): string[][] {
  try {
    const rows = parse(beginning, { ...csvOptions(delimiter), to: LINES, columns: false });
    return rows.map((row) => row.map((cell) => cell.trim()).filter((cell) => delimiter !== ' ' || cell !== ''));
  } catch {
    // A quote that this delimiter does not close.
    return [];
  }
}
