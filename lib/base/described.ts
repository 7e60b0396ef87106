import { z } from 'zod';
import { describeIssue as problemOf } from './check-options';
import { UsageError } from './errors';
import { shown } from './shown';

/** What JSON can hold. */
export type Json = z.infer<ReturnType<typeof z.json>>;

/** A part of a JSON Schema, draft 2020-12. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

declare const role: unique symbol;

/**
 * Something that was chosen, as plain data: its kind and that kind's options. It prints, hashes, is stored with a run and read from a file as it stands. `Role`
 * keeps a loss from being given where an optimizer belongs; data of no role, as a file has them, fit everywhere and are checked when they are built.
 */
export interface Described<Role extends string = string> {
  readonly kind: string;
  readonly [option: string]: Json;
  readonly [role]?: Role;
}

/** Nothing need be given where every option has a default, or where there is none. */
export type Given<Options> =
  Options extends Record<string, never>
    ? [options?: Options]
    : Partial<Options> extends Options
      ? [options?: Options]
      : [options: Options];

/** Makes the description of one kind: options over their defaults, checked. Throws {@link UsageError}. */
export type Describe<Role extends string, Options> = (...given: Given<Options>) => Described<Role>;

interface Kind<Built> {
  readonly options: z.ZodObject;
  readonly build: (options: never) => Built;
}

/** The kind that a bare number stands for, and the option of it that the number is. */
interface BareNumber {
  readonly kind: string;
  readonly option: string;
}

/** The kinds of one role, such as optimizer: what describes them and what builds them. `Bare` is `number` where one may stand for a description. */
export class Registry<Role extends string, Built, Bare extends number = never> {
  private readonly kinds = new Map<string, Kind<Built>>();
  private publishing = false;

  /** `role`: as messages name it. */
  constructor(
    readonly role: Role,
    private readonly bare?: BareNumber,
  ) {}

  /**
   * Adds a kind and returns what describes it. `options`: a zod object that states defaults and ranges; what it gives must survive JSON. `build` makes the thing
   * from checked options. Throws {@link UsageError} where the kind exists, and for an option that is named `kind`.
   */
  define<Options extends z.ZodObject>(
    kind: string,
    options: Options,
    build: (options: z.output<Options>) => Built,
  ): Describe<Role, z.input<Options>> {
    if (this.kinds.has(kind)) throw new UsageError(`There is a kind of ${this.role} named "${kind}" already`);
    if ('kind' in options.shape)
      throw new UsageError(`The ${this.role} ${kind}: "kind" is its name, call the option otherwise`);
    this.kinds.set(kind, { options: options.strict(), build });
    return (...[given]) => this.check({ ...given, kind });
  }

  /** The names of all kinds, in the order of their definition. */
  names(): string[] {
    return [...this.kinds.keys()];
  }

  /** A description with every default in its place; a bare name is that kind without options. Throws {@link UsageError} that says what is wrong. */
  check(given: unknown): Described<Role> {
    const { kind, ...options } = this.partsOf(given);
    const schema = this.kindOf(kind).options;
    const parsed = schema.safeParse(options, { reportInput: true });
    if (parsed.success) return { kind, ...(parsed.data as Record<string, Json>) };
    throw new UsageError(`The ${this.role} ${kind}${describeIssue(parsed.error, schema)}`);
  }

  /** What a description stands for. Throws {@link UsageError} for one that does not check. */
  build(given: unknown): Built {
    const { kind, ...options } = this.check(given);
    return this.kindOf(kind).build(options as never);
  }

  /** For options that hold a description of this role. JSON Schema made of it has the kinds of that time. */
  schema(): z.ZodType<Described<Role>, Described<Role> | string | Bare> {
    const published = (): unknown => this.jsonSchema().anyOf;
    const checked = z.unknown().transform((given, context) => {
      try {
        return this.check(given);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        context.addIssue({ code: 'custom', message: error.message.replace(/^The /, 'the ') });
        return z.NEVER;
      }
    });
    return checked.meta({
      get anyOf() {
        return published();
      },
    }) as z.ZodType<Described<Role>, Described<Role> | string | Bare>;
  }

  /** How files may write a description: any kind with its options, or the bare name of one that needs none. */
  jsonSchema(): JsonSchema {
    // A kind may hold descriptions of its own role: those are checked when they are read.
    if (this.publishing)
      return { anyOf: [{ type: 'object' }, { type: 'string' }, ...(this.bare ? [{ type: 'number' as const }] : [])] };
    this.publishing = true;
    try {
      const kinds = [...this.kinds].map(([kind, { options }]) => ({ kind, schema: publish(options) }));
      const names = kinds.filter(({ schema }) => (schema.required ?? []).length === 0).map(({ kind }) => kind);
      const { bare } = this;
      const number = bare && kinds.find(({ kind }) => kind === bare.kind)?.schema.properties?.[bare.option];
      return {
        anyOf: [
          ...kinds.map(({ kind, schema: { properties, required = [], ...rest } }) => ({
            ...rest,
            properties: { kind: { const: kind }, ...properties },
            required: ['kind', ...required],
          })),
          ...(names.length > 0 ? [{ enum: names }] : []),
          ...(number ? [number as JsonSchema] : []),
        ],
      };
    } finally {
      this.publishing = false;
    }
  }

  private partsOf(given: unknown): { kind: string } & Record<string, unknown> {
    if (typeof given === 'string') return { kind: given };
    if (typeof given === 'number' && this.bare) return { kind: this.bare.kind, [this.bare.option]: given };
    if (typeof given === 'object' && given !== null && 'kind' in given && typeof given.kind === 'string')
      return { ...given, kind: given.kind };
    const number = this.bare ? 'a number, or ' : '';
    throw new UsageError(
      `The ${this.role} is ${shown(given)}: expected ${number}{ kind, … } with one of ${this.list()}`,
    );
  }

  private kindOf(kind: string): Kind<Built> {
    const found = this.kinds.get(kind);
    if (found === undefined)
      throw new UsageError(`There is no ${this.role} of kind "${kind}": expected one of ${this.list()}`);
    return found;
  }

  private list(): string {
    return this.names().join(', ');
  }
}

function publish(schema: z.ZodType): JsonSchema {
  const published: JsonSchema = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  delete published.$schema;
  return published;
}

/** The first thing that is wrong, with the option's name, what it may be and what it is. */
function describeIssue({ issues: [issue] }: z.ZodError, options: z.ZodObject): string {
  if (issue === undefined) return ' is not valid';
  const place = issue.path.map((key) => `: ${String(key)}`).join('');
  if (issue.code === 'unrecognized_keys') {
    const names = Object.keys(options.shape).join(', ');
    return `${place} has no option ${issue.keys.join(', ')}: expected ${names === '' ? 'none' : `some of ${names}`}`;
  }
  if (issue.code === 'custom') return `${place}: ${issue.message}`;
  const expected = expectation(at(publish(options), issue.path));
  return expected === undefined
    ? `${place} ${problemOf(issue, issue.input)}`
    : `${place}: expected ${expected}, got ${shown(issue.input)}`;
}

/** The part of a schema that holds for the value at a path. */
function at(schema: JsonSchema, path: readonly PropertyKey[]): JsonSchema {
  return path.reduce<JsonSchema>((part, key) => {
    const inside = part.properties?.[String(key)] ?? part.prefixItems?.[Number(key)] ?? part.items;
    return typeof inside === 'object' && !Array.isArray(inside) ? inside : {};
  }, schema);
}

/** What a schema takes, in words; undefined for what has no short ones. */
function expectation(schema: JsonSchema): string | undefined {
  const { type, enum: values, minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (values) return `one of ${values.join(', ')}`;
  if (type === 'boolean') return 'true or false';
  if (type !== 'number' && type !== 'integer') return undefined;
  if (minimum !== undefined && maximum !== undefined && type === 'number')
    return `a number from ${minimum} to ${maximum}`;
  const bounds = [
    exclusiveMinimum !== undefined && `above ${exclusiveMinimum}`,
    minimum !== undefined && minimum !== Number.MIN_SAFE_INTEGER && `of at least ${minimum}`,
    exclusiveMaximum !== undefined && `below ${exclusiveMaximum}`,
    maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER && `of at most ${maximum}`,
  ].filter((bound) => bound !== false);
  return [type === 'number' ? 'a number' : 'an integer', bounds.join(' and ')].filter((part) => part !== '').join(' ');
}
