import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CheckpointError } from '../../base/errors';
import { firstDifference, readWeights, writeWeights } from '../../formats/weights-bundle';
import { checkChecksums, writeChecksums } from '../../io/guard/checksums';
import { writeInto } from '../../io/whole-folder';
import type { Addon } from '../../native/addon';
import { type RunState, type Snapshot, runStateSchema } from '../run-state';

const STATE = 'state.json';
/** The prefix of a TensorFlow checkpoint whose keys are the variables' names. */
const VARIABLES = 'variables';
const FILES = [STATE, `${VARIABLES}.data-00000-of-00001`, `${VARIABLES}.index`];

/** Writes a snapshot into a folder: its state, its variables, and the digests of both. */
export async function writeSnapshot(addon: Addon, folder: string, { state, variables }: Snapshot): Promise<void> {
  await writeWeights(addon, join(folder, VARIABLES), variables);
  await writeInto(folder, STATE, textOf(state));
  await writeChecksums(folder, FILES);
}

/** The state in a folder whose files are all as they were written. Throws {@link CheckpointError} that says what is wrong with it. */
export async function readState(folder: string): Promise<RunState> {
  await checkChecksums(folder, FILES);
  return parseState(await readFile(join(folder, STATE), 'utf8'));
}

/** As {@link readState}, with the variables. */
export async function readSnapshot(addon: Addon, folder: string): Promise<Snapshot> {
  const state = await readState(folder);
  return { state, variables: await readWeights(addon, join(folder, VARIABLES)) };
}

/** Throws {@link CheckpointError} where a folder does not hold this very snapshot. */
export async function checkSnapshot(addon: Addon, folder: string, { state, variables }: Snapshot): Promise<void> {
  const stored = await readSnapshot(addon, folder);
  const variable = await firstDifference(stored.variables, variables);
  if (variable !== undefined)
    throw new CheckpointError(`the variable ${variable} is another one in ${basename(folder)}`);
  if ((await readFile(join(folder, STATE), 'utf8')) !== textOf(state))
    throw new CheckpointError(`the state is another one in ${basename(folder)}`);
}

const textOf = (state: RunState): string => `${JSON.stringify(state)}\n`;

function parseState(text: string): RunState {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new CheckpointError(`${STATE} is no JSON`);
  }
  const format = typeof json === 'object' && json !== null && 'format' in json ? json.format : undefined;
  if (format !== 1) throw new CheckpointError(`${STATE} is of format ${String(format)}, this version reads format 1`);
  const result = runStateSchema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new CheckpointError(`${STATE} is not valid (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''})`);
}
