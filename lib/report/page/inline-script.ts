import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A script that a page holds itself, and what its policy calls it. */
export interface InlineScript {
  readonly text: string;
  /** Of a Content-Security-Policy: `sha256-…`. */
  readonly hash: string;
}

/**
 * Plain JavaScript beside this file: it is read as it stands, whatever compiles this one, and checked by ESLint and, with the types of a browser, by
 * `tsconfig.browser.json`.
 */
const SCRIPT = join(__dirname, 'script.js');

let script: Promise<InlineScript> | undefined;

/** What the report page can do where scripts run: tables that sort, values of charts by pointer and keyboard, light or dark by choice. */
export function inlineScript(): Promise<InlineScript> {
  return (script ??= readScript());
}

async function readScript(): Promise<InlineScript> {
  const text = `\n${await readFile(SCRIPT, 'utf8')}`;
  return { text, hash: `sha256-${createHash('sha256').update(text).digest('base64')}` };
}
