import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One folder for all tests of a file, removed after them. */
export function suiteFolder(): { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'movinet-suite-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return { path };
}
