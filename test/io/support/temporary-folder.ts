import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder for each test of the file, removed after it. */
export function temporaryFolder(): () => string {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'movinet-data-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return () => folder;
}

/** Creates files, folders and all; a path that ends in `/` is an empty folder. */
export function makeFiles(root: string, paths: readonly string[], content: string | Uint8Array = 'x'): void {
  for (const path of paths) {
    const absolute = join(root, path);
    if (path.endsWith('/')) mkdirSync(absolute, { recursive: true });
    else {
      mkdirSync(dirname(absolute), { recursive: true });
      writeFileSync(absolute, content);
    }
  }
}
