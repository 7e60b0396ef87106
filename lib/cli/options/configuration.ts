import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { UsageError } from '../../base/errors';
import { duplicateKey } from './duplicate-keys';
import type { OptionRow, OptionRows } from './option';

/** Read from the working directory, where it is there. */
export const CONFIGURATION_FILE = 'movinet.config.json';

/** The commands whose options a configuration file may hold. */
export const CONFIGURED_COMMANDS = ['train', 'evaluate', 'predict', 'stream', 'video', 'export', 'inspect'] as const;
export type ConfiguredCommand = (typeof CONFIGURED_COMMANDS)[number];

/** What a configuration file has for a command. */
export interface Configuration {
  /** As it was named. */
  readonly file: string;
  /** By the names of the options, not checked yet. */
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * What a file has for a command; undefined where it has nothing, and where nobody named one and there is none. Throws {@link UsageError} that names the file, and the key: for a file that cannot be
 * read, broken JSON, a key that stands twice, an unknown command, an unknown option of this one.
 */
export function readConfiguration(
  given: string | undefined,
  command: ConfiguredCommand,
  rows: OptionRows,
): Configuration | undefined {
  const file = given ?? CONFIGURATION_FILE;
  const text = readText(file, given !== undefined);
  if (text === undefined) return undefined;
  const section = sectionOf(parse(text, file), file, command);
  if (section === undefined) return undefined;
  const values = Object.entries(section).map(([name, value]): [string, unknown] => {
    const row = Object.hasOwn(rows, name) ? rows[name] : undefined;
    if (row === undefined) throw new UsageError(`${file}: ${command} has no option "${name}"${hint(name, rows)}`);
    if (row.commandLineOnly) throw new UsageError(`${file}: ${command}.${name} is for the command line only`);
    return [name, fromFile(row, value, dirname(file))];
  });
  return { file, values: Object.fromEntries(values) };
}

function readText(file: string, required: boolean): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && !required) return undefined;
    throw new UsageError(
      `The configuration ${file} cannot be read: ${code === 'ENOENT' ? 'there is no such file' : code}`,
    );
  }
}

function parse(text: string, file: string): unknown {
  const json = text.replace(/^\uFEFF/, '');
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new UsageError(`${file} is no JSON: ${(error as Error).message}`);
  }
  const duplicate = duplicateKey(json);
  if (duplicate !== undefined) throw new UsageError(`${file}: ${duplicate} is there twice`);
  return value;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function sectionOf(value: unknown, file: string, command: ConfiguredCommand): Record<string, unknown> | undefined {
  if (!isObject(value)) throw new UsageError(`${file}: expected an object of commands`);
  const known: readonly string[] = ['$schema', ...CONFIGURED_COMMANDS];
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined)
    throw new UsageError(
      `${file}: there is no command "${unknown}" to configure: expected ${CONFIGURED_COMMANDS.join(', ')}`,
    );
  if (!Object.hasOwn(value, command)) return undefined;
  const section = value[command];
  if (!isObject(section)) throw new UsageError(`${file}: ${command}: expected an object of options`);
  return section;
}

/** For a name that is written as on the command line, or in another style. */
function hint(name: string, rows: OptionRows): string {
  const plain = (text: string): string => text.replace(/[^A-Za-z0-9]/g, '').toLowerCase();
  const meant = Object.keys(rows).find((known) => plain(known) === plain(name));
  return meant === undefined ? '' : `: it is written "${meant}"`;
}

/** A relative path becomes one from the working directory. */
function fromFile({ isPath }: OptionRow, value: unknown, folder: string): unknown {
  if (typeof value !== 'string' || value === '' || isAbsolute(value) || isPath?.(value) !== true) return value;
  return join(folder, value);
}
