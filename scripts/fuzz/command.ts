import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { UsageError } from '../../lib/base/errors';
import { sideBySide } from '../../lib/base/side-by-side';
import { throwUsageErrors } from '../../lib/cli/program/failure';
import { createOutput } from '../../lib/cli/program/results';
import { TARGETS } from '../../test/fuzz/targets';
import { NATIVE_TARGETS, searchNative } from './native';
import type { Outcome } from './protocol';
import { search } from './search';

const repository = join(__dirname, '..', '..');

/** Every target, the native ones first. */
export const TARGET_NAMES = [...Object.keys(NATIVE_TARGETS), ...Object.keys(TARGETS)];

/** What a command line needs: a name, or the name of a corpus that several read. */
function chosen(words: readonly string[]): string[] {
  const unknown = words.find((word) => !TARGET_NAMES.some((name) => isCalled(name, word)));
  if (unknown !== undefined) {
    throw new UsageError(`There is no target "${unknown}": there are ${TARGET_NAMES.join(', ')}`);
  }
  return TARGET_NAMES.filter((name) => words.length === 0 || words.some((word) => isCalled(name, word)));
}

const isCalled = (name: string, word: string): boolean => name === word || corpusOf(name) === word;
const corpusOf = (name: string): string => name.replace(/ \(native\)$/, '');

function describe({ target, seconds, executions, corpus, covered, finding }: Outcome): string {
  const numbers = `${executions} inputs in ${seconds.toFixed(0)} s, ${corpus} kept, coverage ${covered}`;
  if (finding === undefined) return `pass  ${target}: ${numbers}`;
  return `FAIL  ${target}: ${numbers}\n${finding.what}\nthe input: ${finding.input}`;
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least)
    throw new UsageError(`--${name} must be an integer of at least ${least}, got ${text}`);
  return value;
}

/** `npm run test:fuzz`: exit status 1 where an input was found that is neither read nor refused. */
export async function fuzz(argv: readonly string[]): Promise<void> {
  const program = throwUsageErrors(new Command('test:fuzz'))
    .description('Searches for files that crash, hang, or take memory without bound.')
    .argument('[targets...]', `what to search in: ${TARGET_NAMES.join(', ')}`)
    .option('--seconds <seconds>', 'how long, for each target', '60')
    .option('--seed <seed>', 'another search for each', '0')
    .option('--at-once <targets>', 'targets side by side', String(availableParallelism()))
    .option('--findings <folder>', 'where inputs that fail are put', join(repository, 'build/fuzz-findings'))
    .option('--json', 'one JSON line a target')
    .option('--verbose', 'show stack traces')
    .parse([...argv], { from: 'user' });
  const options = program.opts<Record<'seconds' | 'seed' | 'atOnce' | 'findings', string> & { json?: boolean }>();
  const seconds = wholeNumber('seconds', options.seconds, 1);
  const seed = wholeNumber('seed', options.seed, 0);
  const output = createOutput({ json: options.json === true });
  const outcomes = await sideBySide(chosen(program.args), wholeNumber('at-once', options.atOnce, 1), async (target) => {
    const corpus = [join(repository, 'test/fuzz/corpus', corpusOf(target))];
    const run = target in NATIVE_TARGETS ? searchNative : search;
    const outcome = await run(target, { seconds, seed, corpus, findings: options.findings });
    output.result(outcome, describe(outcome));
    return outcome;
  });
  if (outcomes.some(({ finding }) => finding !== undefined)) process.exitCode = 1;
}
