import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { MovinetError } from '../../../lib/base/errors';
import { writeFileWhole } from '../../../lib/io/whole-file';

/** By this share a count may differ from what is expected. */
export const TOLERANCE = 0.02;

const SOURCES = join(__dirname, '..', '..', '..', 'native', 'bench', 'instructions');
const EXPECTED = join(__dirname, '..', 'expected-instructions.json');
const SUFFIX = '_instructions';

/** Instructions by programs, and what they follow from beside the source. */
export interface Counts {
  /** Compiler, such as `g++ 12.2.0`, and vector instructions. */
  readonly toolchain: string;
  readonly instructions: Readonly<Record<string, number>>;
}

/** The programs that there are, by the names of native/bench/instructions. */
export async function instructionPrograms(): Promise<string[]> {
  const files = await readdir(SOURCES);
  return files.flatMap((file) => (file.endsWith(`${SUFFIX}.cc`) ? [file.slice(0, -`${SUFFIX}.cc`.length)] : [])).sort();
}

/** The number on callgrind's line `Collected : 17773616`. Throws {@link MovinetError} where there is none, or nothing was counted. */
export function parseCollected(program: string, text: string): number {
  const count = Number(/Collected\s*:\s*(\d+)/.exec(text)?.[1]);
  if (!(count > 0)) throw new MovinetError(`callgrind counted no instruction of ${program}`);
  return count;
}

/** Counts what a program's movinet_counted() takes, and all that it calls. Throws {@link MovinetError}. */
export async function countInstructions(folder: string, name: string, signal?: AbortSignal): Promise<number> {
  const program = join(folder, `${name}${SUFFIX}`);
  if (!existsSync(program))
    throw new MovinetError(`There is no ${program}; run \`node scripts/setup.mjs bench\` to build it`);
  const options = ['--tool=callgrind', '--toggle-collect=movinet_counted', '--callgrind-out-file=/dev/null'];
  try {
    const { stderr } = await promisify(execFile)('valgrind', [...options, program], { ...(signal && { signal }) });
    return parseCollected(name, stderr);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof MovinetError) throw error;
    const reason = String((error as { stderr?: unknown }).stderr ?? error)
      .trim()
      .split('\n')
      .at(-1);
    throw new MovinetError(`${name} failed under valgrind: ${reason}`, { cause: error });
  }
}

const countsSchema = z.object({
  toolchain: z.string(),
  instructions: z.record(z.string(), z.int().positive()),
});
const expectedSchema = z.array(countsSchema);

/** The counts that are expected, of each toolchain. Throws {@link MovinetError} for a file that has none. */
export async function readExpectedCounts(path = EXPECTED): Promise<Counts[]> {
  try {
    return expectedSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new MovinetError(`${path} is no list of expected counts`, { cause: error });
  }
}

/** Puts the counts in place of those of their toolchain. */
export async function writeExpectedCounts(counts: Counts, path = EXPECTED): Promise<void> {
  const others = (await readExpectedCounts(path)).filter(({ toolchain }) => toolchain !== counts.toolchain);
  const all = [...others, counts].sort((a, b) => (a.toolchain < b.toolchain ? -1 : 1));
  await writeFileWhole(path, `${JSON.stringify(all, null, 2)}\n`);
}

export interface CountCheck {
  readonly name: string;
  readonly count: number;
  /** Undefined for a program that is new. */
  readonly expected: number | undefined;
  /** Fewer are as wrong as more: then it is the expectation that is to be renewed. */
  readonly differs: boolean;
}

/** Each count against what is expected of it. */
export function checkCounts(
  instructions: Counts['instructions'],
  expected: Counts['instructions'] | undefined,
): CountCheck[] {
  return Object.entries(instructions).map(([name, count]) => {
    const usual = expected?.[name];
    const differs = usual !== undefined && Math.abs(count - usual) > TOLERANCE * usual;
    return { name, count, expected: usual, differs };
  });
}
