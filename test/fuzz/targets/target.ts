import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MovinetError } from '../../../lib/base/errors';

/** What reads files of others: an input may be read or refused by a {@link MovinetError}. */
export interface Target {
  /** Reads an input; throws what is no MovinetError. */
  run(input: Buffer): Promise<void>;
  close?(): Promise<void>;
}

/** `true` for an error that says what is wrong with a file. */
export function isRefusal(error: unknown): boolean {
  return error instanceof MovinetError;
}

export async function refused(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}

const MEMORY = '/dev/shm';
/** Where a search keeps what a process that it ends leaves behind. */
const place = process.env['MOVINET_FUZZ_SCRATCH'] ?? (existsSync(MEMORY) ? MEMORY : tmpdir());

/** Gives work an empty folder, in memory where there is such a place, and removes it afterwards. */
export async function inScratchFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(place, 'movinet-fuzz-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
