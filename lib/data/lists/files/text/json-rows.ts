import { basename } from 'node:path';
import { DatasetError } from '../../../../base/errors';
import { Turn } from '../../../../base/turn';
import { readText } from './text';

/** The objects of a JSON file that is a list of them, with their numbers, counted from 1: read one after the other, in turns. Throws a DatasetError for any other file. */
export async function* readJsonRows(
  path: string,
  signal?: AbortSignal,
): AsyncGenerator<readonly [value: unknown, row: number]> {
  const splitter = new RowSplitter(path);
  const turn = new Turn();
  let row = 0;
  for await (const piece of readText(path, signal)) {
    for (const text of splitter.rows(piece)) {
      row++;
      yield [parse(path, text, row), row];
      if (turn.over) await turn.next();
    }
  }
  if (!splitter.ended) throw new DatasetError(`${path} is damaged: it breaks off after row ${row}`);
}

function parse(path: string, text: string, row: number): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DatasetError(`${basename(path)}, row ${row}: damaged: ${(error as Error).message}`);
  }
}

/** Cuts the text of a list into the texts of its objects, without a look at what they are. */
class RowSplitter {
  /** Of an object that has begun. */
  private text = '';
  private depth = 0;
  private inString = false;
  private escaped = false;
  private state: 'before' | 'within' | 'after' = 'before';

  constructor(private readonly path: string) {}

  get ended(): boolean {
    return this.state === 'after';
  }

  *rows(piece: string): Generator<string> {
    let begin = 0;
    for (let i = 0; i < piece.length; i++) {
      const character = piece.charAt(i);
      if (this.depth === 0) {
        this.between(character);
        begin = i;
      } else if (this.ends(character)) {
        yield this.text + piece.slice(begin, i + 1);
        this.text = '';
      }
    }
    if (this.depth > 0) this.text += piece.slice(begin);
  }

  /** A character between two objects. */
  private between(character: string): void {
    if (/\s/.test(character)) return;
    if (this.state === 'before' && character === '[') this.state = 'within';
    else if (this.state === 'within' && character === '{') this.depth = 1;
    else if (this.state === 'within' && character === ']') this.state = 'after';
    else if (this.state !== 'within' || character !== ',')
      throw new DatasetError(`${this.path} is no list of videos: a JSON list of objects is expected`);
  }

  /** A character within an object: whether it is its last. */
  private ends(character: string): boolean {
    if (this.escaped) this.escaped = false;
    else if (character === '\\') this.escaped = this.inString;
    else if (character === '"') this.inString = !this.inString;
    else if (this.inString) return false;
    else if (character === '{' || character === '[') this.depth++;
    else if (character === '}' || character === ']') this.depth--;
    return this.depth === 0;
  }
}
