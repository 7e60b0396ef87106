import { z } from 'zod';
import { UsageError } from '../../base/errors';
import { duplicateKey } from './duplicate-keys';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * One option of a command: what the command line, the configuration file, the help, the published schema and the reference know of it. Its name is its key in the table: `batchSize` is
 * `--batch-size` on the command line and `batchSize` in a configuration file.
 */
export interface OptionRow<Schema extends z.ZodType = z.ZodType> {
  /** Of the value as a configuration file has it, where a number is a number: optional, or with its default. */
  readonly schema: Schema;
  /** What stands for the value in the help: `<n>`, or `[n]` where it may be left out. None for a switch. */
  readonly value?: string;
  readonly help: string;
  /** Of a switch with a `--no-…` of its own in the help: what that does. */
  readonly helpOff?: string;
  /** The default in words, where the schema has none or does not say it well. */
  readonly fallback?: string;
  /** It must be given, on the command line or in the configuration. */
  readonly required?: true;
  /** It may be given several times: its value is the list of all. */
  readonly repeated?: true;
  /** Only on the command line. */
  readonly commandLineOnly?: true;
  /** Whether a text is a path: in a configuration file it is relative to that file. */
  readonly isPath?: (text: string) => boolean;
  /** Options that do not hold of a configuration file where this one is given on the command line; or what tells them of what the file has. */
  readonly replaces?: readonly string[] | ((file: Readonly<Record<string, unknown>>) => readonly string[]);
}

export type OptionRows = Readonly<Record<string, OptionRow>>;

/** The values of a table of options. */
export type OptionsOf<Rows extends OptionRows> = z.output<z.ZodObject<{ [Name in keyof Rows]: Rows[Name]['schema'] }>>;

export function option<Schema extends z.ZodType>(schema: Schema, row: Omit<OptionRow, 'schema'>): OptionRow<Schema> {
  return { schema, ...row };
}

/** Off unless it is given. */
export function flag(help: string, row: Partial<OptionRow> = {}): OptionRow<z.ZodDefault<z.ZodType<boolean, boolean>>> {
  return { ...row, schema: onOrOff.default(false), help };
}

/** The value of a switch. */
export const onOrOff: z.ZodType<boolean, boolean> = z.boolean({ error: 'expected true or false' });

/** `--batch-size` of `batchSize`. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** `--batch-size <n>` */
export function formOf(name: string, { value }: OptionRow): string {
  return value === undefined ? flagOf(name) : `${flagOf(name)} ${value}`;
}

/** `--no-strict` of `strict`. */
export const offFormOf = (name: string): string => flagOf(name).replace('--', '--no-');

/** Whether the help shows a switch by its `--no-…` alone: it is on by default. */
export function isOnByDefault({ schema, value }: OptionRow): boolean {
  return value === undefined && schema instanceof z.ZodDefault && schema.def.defaultValue === true;
}

/** What a configuration file may hold of an option, as JSON Schema. */
export function valueSchema(schema: z.ZodType): JsonSchema {
  return plainSchema(schema, ({ jsonSchema }) => {
    // What every integer of JavaScript keeps to is no news.
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  });
}

/** A schema of what goes in, as JSON Schema that stands within another one. `override`: changes each part of it. */
export function plainSchema(
  schema: z.ZodType,
  override: NonNullable<Parameters<typeof z.toJSONSchema>[1]>['override'] = () => undefined,
): JsonSchema {
  const described = z.toJSONSchema(schema, {
    ...{ io: 'input', target: 'draft-7', unrepresentable: 'any', reused: 'inline', override },
  });
  return Object.fromEntries(Object.entries(described).filter(([key]) => key !== '$schema' && !key.startsWith('~')));
}

/** Whether a schema takes a value of one of these types, in a list or as one of several. */
function takes(types: readonly string[], { type, anyOf = [], items }: JsonSchema): boolean {
  const inside = [...anyOf, items].filter((one): one is JsonSchema => typeof one === 'object' && !Array.isArray(one));
  return [type ?? []].flat().some((one) => types.includes(one)) || inside.some((one) => takes(types, one));
}

/** A decimal number as people type it; other text stays as it is, for the schema to refuse. */
function readNumber(text: string): number | string {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : text;
}

function readJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`expected JSON: ${(error as Error).message}`);
  }
  const duplicate = duplicateKey(text);
  if (duplicate !== undefined) throw new UsageError(`${duplicate} is there twice`);
  return value;
}

/**
 * What a text of the command line stands for, in the form that a configuration file has: a number where the schema takes numbers, JSON where it takes described values and the text begins as JSON
 * does. Throws {@link UsageError}.
 */
export function readText({ schema, repeated }: OptionRow, text: string): unknown {
  const taken = valueSchema(schema);
  if (repeated !== true && /^\s*[[{]/.test(text) && takes(['object', 'array'], taken)) return readJson(text);
  return takes(['number', 'integer'], taken) ? readNumber(text) : text;
}

/** The default as the help and the reference show it; undefined where there is none to tell. */
export function defaultOf({ schema, fallback, value, repeated }: OptionRow): string | undefined {
  if (fallback !== undefined) return fallback;
  if (value === undefined || repeated === true || !(schema instanceof z.ZodDefault)) return undefined;
  return String(schema.def.defaultValue);
}

/** The help with the default at its end. */
export function fullHelp(row: OptionRow): string {
  const fallback = defaultOf(row);
  return fallback === undefined ? row.help : `${row.help} (default: ${fallback})`;
}

/** A schema of what `read` takes: what it throws as UsageError is what is wrong with the value. Published as `published`. */
export function readBy<Output>(read: (given: unknown) => Output, published: z.ZodType): z.ZodType<Output> {
  const schema = valueSchema(published);
  return z
    .unknown()
    .transform((given, context) => {
      try {
        return read(given);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        context.addIssue({ code: 'custom', message: error.message });
        return z.NEVER;
      }
    })
    .meta({ anyOf: schema.anyOf ?? [schema] });
}
