/**
 * Writes the seeds of test/fuzz/corpus/ again: `node -r ts-node/register test/fuzz/make-corpus.ts`. What once failed stands beside them, in files
 * that begin with `found-`, and stays.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeSeeds } from './seeds';

async function main(): Promise<void> {
  for (const [target, seeds] of Object.entries(await makeSeeds())) {
    const folder = join(__dirname, 'corpus', target);
    mkdirSync(folder, { recursive: true });
    for (const [name, bytes] of Object.entries(seeds)) writeFileSync(join(folder, name), bytes);
  }
}

void main();
