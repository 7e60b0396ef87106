// The C++ files that are linted and formatted.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { listFiles } from '../setup/fingerprint.mjs';
import { repository } from '../setup/paths.mjs';

/** Paths from the repository's root of the files below native/, test/native/ and test/fuzz/native/ whose name ends as `pattern` says. */
export function nativeFiles(pattern) {
  const folders = ['native', 'test/native', 'test/fuzz/native'].filter((folder) =>
    existsSync(join(repository, folder)),
  );
  return listFiles(repository, folders).filter((file) => pattern.test(file));
}
