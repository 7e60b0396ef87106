import { basename } from 'node:path';
import { z } from 'zod';
import { DatasetError } from '../../../../base/errors';
import { BadRow } from '../bad-row';
import { readLines, readText } from './text';

/** The classes of a data set by their numbers, as a file has them. */
export class ClassNames {
  private readonly known: ReadonlySet<string>;

  constructor(
    readonly file: string,
    private readonly byNumber: ReadonlyMap<number, string>,
  ) {
    this.known = new Set(byNumber.values());
  }

  /** In the order of their numbers. */
  get names(): readonly string[] {
    return [...this.byNumber].sort(([a], [b]) => a - b).map(([, name]) => name);
  }

  /** The name of a class that is given by name or by number. Throws a {@link BadRow} for one that the file does not have. */
  resolve(label: string): string {
    if (this.known.has(label)) return label;
    const name = /^\d+$/.test(label) ? this.byNumber.get(Number(label)) : undefined;
    if (name !== undefined) return name;
    const numbers = [...this.byNumber.keys()].sort((a, b) => a - b);
    throw new BadRow(
      /^-?\d+$/.test(label)
        ? `its label ${label} is outside of ${basename(this.file)}, which has ${numbers[0]} to ${numbers.at(-1)}`
        : `its label "${label}" is not in ${basename(this.file)}`,
    );
  }
}

interface NamedLine {
  readonly row: number;
  readonly cells: readonly [number: string, name: string];
}

const NUMBER_FIRST = /^(\d+)(?:\s*[,;\t]\s*|\s+)(.*\S)$/;
const NUMBER_LAST = /^(.*?\S)(?:\s*[,;\t]\s*|\s+)(\d+)$/;
const HEADER =
  /^"?(id|index|number|label|label_id|class|class_id|name|class_name|label_name)"?\s*[,;\t ]\s*"?(id|index|number|label|label_id|class|class_id|name|class_name|label_name)"?$/i;
const jsonSchema = z.union([z.array(z.string()), z.record(z.string(), z.union([z.string(), z.number()]))]);

/**
 * Reads names of classes: one a line, numbered from 0; or `id name`, or `name,id`, on all lines; or JSON, a list of names or an object of either kind.
 * Throws a DatasetError that names the line: for a name or a number that is there twice, and for a file without names.
 */
export async function readClassNames(path: string, signal?: AbortSignal): Promise<ClassNames> {
  const pairs = path.toLowerCase().endsWith('.json')
    ? await pairsOfJson(path, signal)
    : await pairsOfLines(path, signal);
  const byNumber = new Map<number, string>();
  const rowOf = new Map<string, number>();
  for (const { row, cells } of pairs) {
    const number = Number(cells[0]);
    const name = cells[1].normalize('NFC');
    const earlier = rowOf.get(name);
    if (earlier !== undefined)
      throw new DatasetError(`${path}, row ${row}: the class "${name}" is there already, in row ${earlier}`);
    if (byNumber.has(number))
      throw new DatasetError(`${path}, row ${row}: number ${number} is class "${byNumber.get(number)}" already`);
    rowOf.set(name, row);
    byNumber.set(number, name);
  }
  if (byNumber.size === 0) throw new DatasetError(`${path} has no names of classes: one a line is expected`);
  return new ClassNames(path, byNumber);
}

async function pairsOfLines(path: string, signal?: AbortSignal): Promise<NamedLine[]> {
  const lines: { text: string; row: number }[] = [];
  for await (const [line, row] of readLines(path, signal)) {
    const text = line.trim();
    if (!text.startsWith('#') && !(lines.length === 0 && HEADER.test(text))) lines.push({ text, row });
  }
  const first = lines.map(({ text }) => NUMBER_FIRST.exec(text));
  const last = lines.map(({ text }) => NUMBER_LAST.exec(text));
  // "gesture 1", "gesture 2" are names: a number behind a name is one only where it leaves the names apart.
  const apart = new Set(last.map((match) => match?.[1])).size === lines.length;
  return lines.map(({ text, row }, i) => {
    if (first.every((match) => match !== null)) return { row, cells: [first[i]![1]!, unquoted(first[i]![2]!)] };
    if (apart && last.every((match) => match !== null)) return { row, cells: [last[i]![2]!, unquoted(last[i]![1]!)] };
    return { row, cells: [String(i), unquoted(text)] };
  });
}

async function pairsOfJson(path: string, signal?: AbortSignal): Promise<NamedLine[]> {
  let text = '';
  for await (const piece of readText(path, signal)) text += piece;
  const parsed = jsonSchema.safeParse(parseJson(path, text));
  if (!parsed.success)
    throw new DatasetError(
      `${path} has no names of classes: a list of names is expected, or an object of names and numbers`,
    );
  if (Array.isArray(parsed.data)) return parsed.data.map((name, i) => ({ row: i + 1, cells: [String(i), name] }));
  return Object.entries(parsed.data).map(([key, value], i) => {
    const cells: [string, string] = /^\d+$/.test(String(value)) ? [String(value), key] : [key, String(value)];
    if (!/^\d+$/.test(cells[0])) throw new DatasetError(`${path}: class "${key}" has no number`);
    return { row: i + 1, cells };
  });
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DatasetError(`${path} is damaged: ${(error as Error).message}`);
  }
}

const unquoted = (text: string): string =>
  /^".*"$/.test(text) && text.length > 1 ? text.slice(1, -1).replaceAll('""', '"') : text;
