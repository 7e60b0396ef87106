import { readFile } from 'node:fs/promises';
import { UsageError } from '../../../lib/base/errors';
import { messageOf } from '../../../lib/base/shown';
import { writeFileWhole } from '../../../lib/io/whole-file';

const BEGIN = '<!-- bench:peers -->';
const END = '<!-- /bench:peers -->';

/** The text with other lines between the two markers. Throws {@link UsageError} where it does not have each once, in this order. */
export function betweenMarkers(text: string, lines: string): string {
  const [before, inside, ...more] = text.split(BEGIN);
  const [, after, ...others] = inside?.split(END) ?? [];
  if (before === undefined || after === undefined || more.length + others.length > 0)
    throw new UsageError(`There is no place for the table: the file needs one ${BEGIN} and, below it, one ${END}`);
  return `${before}${BEGIN}\n\n${lines}\n\n${END}${after}`;
}

/** Puts the table into a file. Throws {@link UsageError} for one without a place for it, or that cannot be read. */
export async function rewriteReadme(path: string, lines: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new UsageError(`The file for the table cannot be read: ${messageOf(error)}`);
  });
  await writeFileWhole(path, betweenMarkers(text, lines));
}
