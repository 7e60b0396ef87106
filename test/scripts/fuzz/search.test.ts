import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from '../../../scripts/fuzz/protocol';
import { search } from '../../../scripts/fuzz/search';
import { suiteFolder } from '../../support/suite-folder';

const { path: folder } = suiteFolder();
const findings = join(folder, 'findings');

/** Searches with a worker that does what `code` says after it has told of 32 inputs. */
async function searchBy(name: string, code: string, seconds = 60): Promise<Outcome> {
  const worker = join(folder, `${name}.js`);
  writeFileSync(
    worker,
    `require('node:fs').writeFileSync(process.argv[4], 'the input');
    process.send({ executions: 32, corpus: 2, covered: 5 }, () => { ${code} });
    process.on('disconnect', () => process.exit(0));`,
  );
  return search('tar', { seconds, seed: 0, corpus: [], findings, worker, inputSeconds: 1, startSeconds: 5 });
}

function inputOf({ finding }: Outcome): string {
  return readFileSync(finding!.input, 'utf8');
}

it('passes what lives to the end of the time', async () => {
  const alive = 'setInterval(() => require("node:fs").writeFileSync(process.argv[4], "another"), 100)';
  const outcome = await searchBy('alive', alive, 2);
  expect(outcome).toMatchObject({ target: 'tar', executions: 32, corpus: 2, covered: 5 });
  expect(outcome.finding).toBeUndefined();
  expect(existsSync(findings)).toBe(false);
});

it('keeps the input of an error, an end by a signal and a hang', async () => {
  const thrown = await searchBy('thrown', 'throw new TypeError("untyped")');
  expect(thrown.finding?.what).toMatch(/^status 1: TypeError: untyped/);
  const aborted = await searchBy('aborted', 'process.abort()');
  expect(aborted.finding?.what).toMatch(/^SIGABRT/);
  const hung = await searchBy('hung', 'for (;;);');
  expect(hung.finding?.what).toBe('an input takes longer than 1 s');
  expect([thrown, aborted, hung].map(inputOf)).toEqual(['the input', 'the input', 'the input']);
});
