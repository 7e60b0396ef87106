import { createHash } from 'node:crypto';
import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError } from '../../base/errors';
import { errorCode } from '../output-failure';

/** As `sha256sum` writes it and `sha256sum --check` reads it. */
const SUMS = 'SHA256SUMS';
/** Small enough for other work to have its turn between two of them. */
const PIECE = 1024 * 1024;

/** Writes the digests of these files beside them. Throws the system's error. */
export async function writeChecksums(folder: string, names: readonly string[]): Promise<void> {
  await writeFile(join(folder, SUMS), (await digestsOf(folder, names)).join(''));
}

/** Throws {@link CheckpointError} that names what is missing, cannot be read, or is not as it was written. */
export async function checkChecksums(folder: string, names: readonly string[]): Promise<void> {
  const written = await readable(SUMS, () => readFile(join(folder, SUMS), 'utf8'));
  const lines = await digestsOf(folder, names);
  if (written === lines.join('')) return;
  const wrong = names.filter((_, i) => !written.includes(lines[i] as string));
  throw new CheckpointError(wrong.length === 0 ? `${SUMS} is damaged` : `${wrong.join(', ')} is not as ${SUMS} says`);
}

async function digestsOf(folder: string, names: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  for (const name of names) {
    const digest = await readable(name, () => digestOf(join(folder, name)));
    lines.push(`${digest}  ${name}\n`);
  }
  return lines;
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafeSlow(PIECE);
  const handle = await open(path, 'r');
  try {
    for (;;) {
      const { bytesRead } = await handle.read(piece, 0, PIECE);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(piece.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}

async function readable<T>(name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const code = errorCode(error) ?? String(error);
    throw new CheckpointError(code === 'ENOENT' ? `${name} is missing` : `${name} cannot be read (${code})`, {
      cause: error,
    });
  }
}
