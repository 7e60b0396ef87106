import { createReadStream, promises as fs } from 'node:fs';
import { basename } from 'node:path';
import { DatasetError } from '../../../../base/errors';
import { byCodeUnits } from '../../../../base/sort';
import { statIfAny } from '../../../../io/look';
import { errorCode, isSystemError } from '../../../../io/output-failure';

const BYTE_ORDER_MARK = '\uFEFF';
/** What a look at a file's beginning takes of it. */
const BEGINNING = 1 << 16;

/**
 * The text of a file, in pieces and without its byte order mark. Throws a DatasetError for what is no regular file, cannot be read or is no text in UTF-8; the
 * signal's reason.
 */
export async function* readText(path: string, signal?: AbortSignal): AsyncGenerator<string> {
  const found = await statIfAny(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  if (found === undefined) throw new DatasetError(`No such file: ${path}`);
  if (found.isDirectory()) throw new DatasetError(`${path} is a folder: give the list's file`);
  if (!found.isFile()) throw new DatasetError(`${path} is no regular file: give the list's file`);
  // The mark is kept by the decoder, so that one within the text is no mistake of ours.
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let first = true;
  const checked = (bytes: Uint8Array | undefined): string => {
    try {
      const text = decoder.decode(bytes, { stream: bytes !== undefined });
      const marked = first && text.startsWith(BYTE_ORDER_MARK);
      first = false;
      return marked ? text.slice(1) : text;
    } catch {
      throw new DatasetError(`${path} is not text in UTF-8: save it in that encoding`);
    }
  };
  try {
    for await (const bytes of createReadStream(path, { highWaterMark: BEGINNING })) {
      signal?.throwIfAborted();
      refuseBinary(path, bytes as Buffer, first);
      yield checked(bytes as Buffer);
    }
  } catch (error) {
    throw isSystemError(error) ? unreadable(path, error) : error;
  }
  yield checked(undefined);
}

/** The whole lines that a file begins with: up to 64 KiB of them. */
export async function readBeginning(path: string, signal?: AbortSignal): Promise<string> {
  for await (const text of readText(path, signal)) {
    const end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r'));
    // A character has at most four bytes: fewer characters are all of a short file.
    return text.length < BEGINNING / 4 || end < 0 ? text : text.slice(0, end + 1);
  }
  return '';
}

/** The lines of a file with their numbers, counted from 1; without the blank ones. */
export async function* readLines(path: string, signal?: AbortSignal): AsyncGenerator<readonly [string, number]> {
  let number = 0;
  let rest = '';
  for await (const text of readText(path, signal)) {
    // A "\r" that ends a piece may be half of "\r\n".
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      number++;
      if (line.trim() !== '') yield [line, number];
    }
  }
  if (rest.trim() !== '') yield [rest.replace(/\r$/, ''), number + 1];
}

/** The names in a folder that a list may have, sorted; none where there is no such folder. */
export async function listNames(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of await fs.opendir(folder, { bufferSize: 256 }))
      if (/\.(txt|csv|json)$/i.test(name)) names.push(name);
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) throw unreadable(folder, error);
  }
  return names.sort(byCodeUnits);
}

export function unreadable(path: string, error: unknown): DatasetError {
  const denied = ['EACCES', 'EPERM'].includes(errorCode(error) ?? '');
  return new DatasetError(`Cannot read ${path}: ${denied ? 'permission denied' : (error as Error).message}`);
}

function refuseBinary(path: string, bytes: Buffer, first: boolean): void {
  const begin = bytes.subarray(0, 2).toString('hex');
  if (first && (begin === 'fffe' || begin === 'feff')) throw utf16(path);
  const zero = bytes.indexOf(0);
  if (zero < 0) return;
  // Latin letters in UTF-16 are every other byte 0.
  const sample = bytes.subarray(0, 64);
  const zeros = (parity: number): number => sample.filter((byte, i) => i % 2 === parity && byte === 0).length;
  const [even, odd] = [zeros(0), zeros(1)];
  if (first && Math.min(even, odd) === 0 && Math.max(even, odd) > sample.length / 4) throw utf16(path);
  const what = begin === '504b' ? 'an archive or a spreadsheet, not text: save the list as CSV' : 'binary, not text';
  throw new DatasetError(`${path} is ${what}`);
}

const utf16 = (path: string): DatasetError =>
  new DatasetError(
    `${path} is text in UTF-16: save it as UTF-8, such as by iconv -f UTF-16 -t UTF-8 ${basename(path)}`,
  );
