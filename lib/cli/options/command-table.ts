import { Command, Option } from 'commander';
import { z } from 'zod';
import { UsageError } from '../../base/errors';
import { throwUsageErrors } from '../program/failure';
import {
  type Configuration,
  CONFIGURATION_FILE,
  CONFIGURED_COMMANDS,
  type ConfiguredCommand,
  readConfiguration,
} from './configuration';
import {
  flagOf,
  formOf,
  fullHelp,
  isOnByDefault,
  offFormOf,
  type OptionRow,
  type OptionRows,
  type OptionsOf,
  readText,
} from './option';

/** All that there is to know of how a command is called: from it come its parser, its help, its part of the configuration file and its page of the reference. */
export interface CommandTable<Rows extends OptionRows = OptionRows> {
  readonly name: string;
  readonly description: string;
  /** What is named beside the options: `<files...>`, and what for. */
  readonly operands?: readonly [form: string, help: string];
  readonly options: Rows;
  /** What follows the command in a call of it, and what that does. */
  readonly examples?: readonly (readonly [call: string, what: string])[];
  /** An object that it prints with `--json`, or each of several, a line each. */
  readonly result?: z.ZodType;
  /** Of the clone alone, not of the `movinet` program. */
  readonly script?: true;
}

/** What a configuration file gave. */
export interface UsedConfiguration {
  readonly file: string;
  /** The options that hold: those that the command line did not give. */
  readonly names: readonly string[];
}

/** How a command was called. */
export interface Call<Rows extends OptionRows> {
  /** `configuration`: where some of them came from a file. */
  readonly options: OptionsOf<Rows> & { readonly configuration?: UsedConfiguration };
  readonly operands: string[];
}

/** Lets TypeScript know each option's type. */
export function commandTable<const Rows extends OptionRows>(table: CommandTable<Rows>): CommandTable<Rows> {
  return table;
}

/** How a table's command finds its configuration: two options that are no rows, since no file can hold them. */
export const CONFIGURATION_OPTIONS = [
  [
    '--config <file>',
    `options as JSON, each command's under its name (default: ${CONFIGURATION_FILE}, where there is one)`,
  ],
  ['--no-config', `read no ${CONFIGURATION_FILE}`],
] as const;

export function isConfigured(name: string): name is ConfiguredCommand {
  return (CONFIGURED_COMMANDS as readonly string[]).includes(name);
}

/** What stands in place of a configuration file, by what the command line gives; undefined where nothing does. */
export type Instead = (typed: Readonly<Record<string, unknown>>) => Configuration | undefined;

/**
 * Reads the arguments of a command: what the command line gives over what a configuration file does over the defaults. Throws {@link UsageError} that names the option, of a file the key, and
 * commander's own errors.
 */
export function parseCommand<Rows extends OptionRows>(
  table: CommandTable<Rows>,
  argv: readonly string[],
  instead: Instead = () => undefined,
): Call<Rows> {
  const program = commandOf(table).parse([...argv], { from: 'user' });
  const { config, ...texts } = program.opts<Record<string, unknown>>();
  const { options: rows } = table;
  const typed = Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, readTyped(name, rows[name] as OptionRow, text)]),
  );
  const fromFile = (): Configuration | undefined =>
    isConfigured(table.name) && config !== false
      ? readConfiguration(config as string | undefined, table.name, rows)
      : undefined;
  const configuration = instead(typed) ?? fromFile();
  const values = withoutReplaced(configuration?.values ?? {}, typed, rows);
  const options = check(rows, { ...values, ...typed }, (name, path) =>
    Object.hasOwn(typed, name) || configuration === undefined
      ? `Option ${flagOf(name)}`
      : `${configuration.file}: ${[table.name, ...path].join('.')}`,
  );
  return { options: { ...options, ...usedOf(configuration, values) }, operands: program.args };
}

function usedOf(
  configuration: Configuration | undefined,
  values: Readonly<Record<string, unknown>>,
): { configuration?: UsedConfiguration } {
  const names = Object.keys(values);
  return configuration === undefined || names.length === 0
    ? {}
    : { configuration: { file: configuration.file, names } };
}

/** Those of a configuration file that the command line leaves. */
function withoutReplaced(
  values: Readonly<Record<string, unknown>>,
  typed: Readonly<Record<string, unknown>>,
  rows: OptionRows,
): Record<string, unknown> {
  const replaced = Object.keys(typed).flatMap((name) => {
    const { replaces = [] } = rows[name] ?? {};
    return [name, ...(typeof replaces === 'function' ? replaces(values) : replaces)];
  });
  return Object.fromEntries(Object.entries(values).filter(([name]) => !replaced.includes(name)));
}

function readTyped(name: string, row: OptionRow, text: unknown): unknown {
  try {
    if (Array.isArray(text)) return text.map((one) => readText(row, String(one)));
    return typeof text === 'string' ? readText(row, text) : text;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`Option ${flagOf(name)}: ${error.message}`, { cause: error });
  }
}

/** `origin` names where a value came from. */
function check<Rows extends OptionRows>(
  rows: Rows,
  values: Readonly<Record<string, unknown>>,
  origin: (name: string, path: readonly string[]) => string,
): OptionsOf<Rows> {
  for (const [name, row] of Object.entries(rows))
    if (row.required && !Object.hasOwn(values, name))
      throw new UsageError(`required option '${formOf(name, row)}' not specified`);
  const schema = z.strictObject(Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, row.schema])));
  const result = schema.safeParse(values);
  if (result.success) return result.data as OptionsOf<Rows>;
  const [issue] = result.error.issues;
  const path = issue?.path.map(String) ?? [];
  throw new UsageError(`${origin(path[0] ?? '', path)}: ${issue?.message ?? 'not valid'}`);
}

/** How a command is called: `movinet train`. */
export const callOf = ({ name, script }: Pick<CommandTable, 'name' | 'script'>): string =>
  script ? `npm run ${name} --` : `movinet ${name}`;

export const exampleOf = (table: Pick<CommandTable, 'name' | 'script'>, call: string): string =>
  `${callOf(table)} ${call}`.trim();

function examplesText(table: CommandTable): string {
  const { examples = [] } = table;
  if (examples.length === 0) return '';
  return [
    '',
    'Examples:',
    ...examples.flatMap(([call, what]) => [`  # ${what}`, `  $ ${exampleOf(table, call)}`]),
  ].join('\n');
}

function commandOf(table: CommandTable): Command {
  const { name, description, operands, options } = table;
  const command = throwUsageErrors(new Command(callOf(table))).description(description);
  command.addHelpText('after', examplesText(table));
  if (operands !== undefined) command.argument(...operands);
  for (const [key, row] of Object.entries(options)) addOption(command, key, row);
  if (isConfigured(name)) for (const [form, help] of CONFIGURATION_OPTIONS) command.option(form, help);
  return command;
}

/** A switch gets its opposite too, so that the command line can take back what a configuration file has. */
function addOption(command: Command, name: string, row: OptionRow): void {
  const onlyOff = isOnByDefault(row);
  const given = new Option(formOf(name, row), fullHelp(row)).hideHelp(onlyOff);
  if (row.repeated) given.argParser((text: string, earlier: string[] | undefined) => [...(earlier ?? []), text]);
  command.addOption(given);
  if (row.value !== undefined || row.commandLineOnly) return;
  const off = onlyOff ? row.help : row.helpOff;
  command.addOption(new Option(offFormOf(name), off ?? '').hideHelp(off === undefined));
}
