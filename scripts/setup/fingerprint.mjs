// Tells whether something built is still what its inputs make: a hash of their content beside the size and time of the output.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The files below `folders` (or files themselves) of `root`, sorted; names that start with a dot are left out. */
export function listFiles(root, folders) {
  const files = [];
  const visit = (path) => {
    if (!statSync(join(root, path)).isDirectory()) {
      files.push(path);
      return;
    }
    for (const name of readdirSync(join(root, path))) {
      if (!name.startsWith('.')) visit(`${path}/${name}`);
    }
  };
  folders.forEach(visit);
  return files.sort();
}

/** SHA-256 over the names and contents of `files` and the strings of `facts`. */
export function fingerprint(root, files, facts) {
  const hash = createHash('sha256');
  for (const file of files) {
    const content = readFileSync(join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  for (const fact of facts) hash.update(`${fact}\0`);
  return hash.digest('hex');
}

/** Names a file as it is now, without reading it: path, size and time of change. */
export function fileIdentity(path) {
  try {
    const { size, mtimeMs } = statSync(path);
    return `${path} ${size} ${mtimeMs}`;
  } catch {
    return undefined;
  }
}

export function readStamp(stampFile) {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return undefined;
  }
}

export function writeStamp(stampFile, stamp) {
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, JSON.stringify(stamp));
}
