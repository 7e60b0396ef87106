import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Described, Json } from '../../../base/described';
import { UsageError } from '../../../base/errors';
import { errorCode } from '../../../io/output-failure';
import type { TrainingPhase } from '../../../training/phases';
import type { OptionRows } from '../../options/option';

/** The file of a run that says how it was called. */
export const RUN_FILE = 'run.json';

const schema = z.object({
  format: z.literal(1, { error: 'it is of another format, perhaps of a newer version' }),
  command: z.literal('train'),
  /** As a configuration file has them, but paths absolute. */
  options: z.record(z.string(), z.json()),
  /** What its learning rate and schedule came to: a schedule's length is that of the run as it was begun. */
  optimizer: z.looseObject({ kind: z.string() }).transform((value) => value as Described<'optimizer'>),
  /** The same of a run in phases. */
  phases: z
    .array(z.looseObject({ unfreeze: z.string() }))
    .transform((value) => value as readonly TrainingPhase[])
    .exactOptional(),
});

/** How a run was called. */
export type SavedRun = Readonly<z.output<typeof schema>>;

/** Throws {@link UsageError} where a folder holds no run that can be gone on with. */
export function readSavedRun(folder: string): SavedRun {
  const path = join(folder, RUN_FILE);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = errorCode(error) ?? '';
    const missing = code === 'ENOENT' || code === 'ENOTDIR';
    throw new UsageError(
      missing
        ? `${folder} holds no run to go on with: there is no ${RUN_FILE} in it`
        : `${path} cannot be read: ${code}; a run goes on with the options in it`,
    );
  }
  const content = parse(text);
  if (content === undefined)
    throw new UsageError(`${path} is damaged, it is no JSON: restore it, or choose another folder`);
  const result = schema.safeParse(content);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new UsageError(
    `${path} is no run's of this library, or damaged (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}): ` +
      'restore it, or choose another folder',
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The options of one call, of no matter for what the run computes. */
const OF_THE_CALL = ['out', 'json', 'quiet', 'profile', 'configuration'];

/** The options that hold, as a run keeps them: those of the command line alone and of one call left out. */
export function optionsToSave(rows: OptionRows, options: Readonly<Record<string, unknown>>): Record<string, Json> {
  const kept = Object.entries(options).filter(
    ([name, value]) => value !== undefined && rows[name]?.commandLineOnly !== true && !OF_THE_CALL.includes(name),
  );
  const absolute = kept.map(([name, value]): [string, unknown] => [
    name,
    typeof value === 'string' && rows[name]?.isPath?.(value) === true ? resolve(value) : value,
  ]);
  return JSON.parse(JSON.stringify(Object.fromEntries(absolute))) as Record<string, Json>;
}

export function savedRunText(options: Record<string, Json>, plan: Pick<SavedRun, 'optimizer' | 'phases'>): string {
  return `${JSON.stringify({ format: 1, command: 'train', options, ...plan }, null, 2)}\n`;
}
