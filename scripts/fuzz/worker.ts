/**
 * One target in a process of its own, which may crash, hang or run out of memory: `worker.ts TARGET SEED CURRENT CORPUS…`. It tells its parent how far
 * it is; each input stands in the file CURRENT before it is read.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { derive } from '../../lib/base/random';
import { TARGETS } from '../../test/fuzz/targets';
import { Coverage } from './coverage';
import { mutate } from './mutate';
import type { Progress } from './protocol';

/** Inputs between two looks at the coverage, which cost some milliseconds each. */
const BATCH = 32;
const LONGEST = 2 ** 14;
/** What one input may make the process grow by. */
const MOST_GROWTH_KIB = 512 * 1024;

function isReader(url: string): boolean {
  return /\/lib\/(base|formats|io|model|native)\/|\/node_modules\/(protobufjs|yauzl|tar|minizlib)\//.test(url);
}

async function main([name = '', seed = '0', current = '', ...folders]: string[]): Promise<void> {
  const open = TARGETS[name];
  if (open === undefined) throw new Error(`There is no target ${name}`);
  const target = await open();
  const random = derive(Number(seed), name);
  const corpus: Buffer[] = folders.flatMap((folder) =>
    readdirSync(folder).map((file) => readFileSync(join(folder, file))),
  );
  const progress: Progress = { executions: 0, corpus: corpus.length, covered: 0 };
  const send = (): boolean => process.send?.(progress) ?? true;

  const run = async (input: Buffer): Promise<void> => {
    writeFileSync(current, input);
    const before = process.resourceUsage().maxRSS;
    await target.run(input);
    const growth = process.resourceUsage().maxRSS - before;
    // The first inputs bring the library in.
    if (progress.executions++ > corpus.length && growth > MOST_GROWTH_KIB)
      throw new Error(`It took ${growth >> 10} MiB of memory`);
  };

  for (const input of corpus) await run(input);
  const coverage = new Coverage(isReader);
  for (const input of corpus) await run(input);
  coverage.look(true);
  for (;;) {
    const batch = Array.from({ length: BATCH }, () => mutate(random.pick(corpus), random, corpus, LONGEST));
    for (const input of batch) await run(input);
    if (coverage.look(false)) {
      for (const input of batch) {
        await run(input);
        if (!coverage.look(true)) continue;
        corpus.push(input);
      }
    }
    Object.assign(progress, { corpus: corpus.length, covered: coverage.total });
    send();
  }
}

// An error that nobody waits for is a finding too.
process.on('unhandledRejection', (error) => {
  throw error;
});
process.on('disconnect', () => process.exit(0));
void main(process.argv.slice(2));
