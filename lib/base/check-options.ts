import type { z } from 'zod';
import { UsageError } from './errors';
import { shown } from './shown';

/** A schema for each of some options, none forgotten and none too many: what stands in `z.object(…)`. */
export type OptionShape<Options> = { readonly [Option in keyof Required<Options>]: z.ZodType };

/**
 * The options of a public function, checked at its edge: with the schema's defaults in their place. A key that the schema lacks is refused by name. `what` begins
 * the message: the function or class that takes the options.
 *
 * @throws UsageError "<what>: <option> must be …, got …", with the option's name in its field.
 */
export function checkOptions<Options extends z.ZodObject>(
  what: string,
  schema: Options,
  given: unknown,
): z.output<Options> {
  if (!isRecord(given)) throw new UsageError(`${what}: the options must be an object, got ${shown(given)}`);
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(schema.shape, key));
  if (unknown !== undefined) throw new UsageError(unknownOption(what, unknown, Object.keys(schema.shape)));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path ?? [];
  const option = describePath(path);
  const problem = issue === undefined ? 'is not valid' : describeIssue(issue, valueAt(given, path));
  throw new UsageError(`${what}: ${option} ${problem}`, { option });
}

/** An object by names, such as a file may have for an option. */
export const isRecord = (given: unknown): given is Readonly<Record<string, unknown>> =>
  typeof given === 'object' && given !== null && !Array.isArray(given);

type Given<Options> = { [Name in keyof Options as undefined extends Options[Name] ? never : Name]: Options[Name] } & {
  [Name in keyof Options as undefined extends Options[Name] ? Name : never]?: Exclude<Options[Name], undefined>;
};

/** Options without those that are undefined, which hold nothing where they stand over others. */
export const givenOptions = <Options extends object>(options: Options): Given<Options> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Given<Options>;

/** `must be at least 1, got 0`, of the value that was given. */
export function describeIssue(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === 'unrecognized_keys') return `has no option ${issue.keys.join(', ')}`;
  if (value === undefined) return 'is missing';
  const got = `, got ${shown(value)}`;
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${EXPECTED[issue.expected] ?? `of type ${issue.expected}`}${got}`;
    case 'too_small':
      return `must ${sized(issue.origin)} ${issue.inclusive === true ? 'at least' : 'above'} ${issue.minimum}${got}`;
    case 'too_big':
      return `must ${sized(issue.origin)} ${issue.inclusive === true ? 'at most' : 'below'} ${issue.maximum}${got}`;
    case 'invalid_value':
      return `must be ${issue.values.map(String).join(', ')}${got}`;
    case 'custom':
      return `${issue.message}${got}`;
    default:
      return `is not valid: ${issue.message}${got}`;
  }
}

const EXPECTED: Readonly<Record<string, string>> = {
  ...{ number: 'a number', int: 'an integer', string: 'text', boolean: 'true or false' },
  ...{ array: 'a list', object: 'an object', record: 'an object', function: 'a function' },
};

/** Lists and texts are not below a number themselves, their length is. */
const sized = (origin: string): string => (origin === 'array' || origin === 'string' ? 'have a length of' : 'be');

function unknownOption(what: string, unknown: string, known: readonly string[]): string {
  const plain = (name: string): string => name.replace(/[^a-z0-9]/gi, '').toLowerCase();
  const meant = known.find((name) => plain(name) === plain(unknown)) ?? known.find((name) => oneApart(name, unknown));
  return `${what}: there is no option ${unknown}${meant === undefined ? '' : `; ${meant} is meant?`}`;
}

/** Whether one letter more, less or other, or two that changed places, makes one word of the other. */
function oneApart(a: string, b: string): boolean {
  let begin = 0;
  while (begin < a.length && a[begin] === b[begin]) begin++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - begin && a.at(-1 - end) === b.at(-1 - end)) end++;
  const [here, there] = [a.slice(begin, a.length - end), b.slice(begin, b.length - end)];
  return Math.max(here.length, there.length) < 2 || (here.length === 2 && here === `${there[1]}${there[0]}`);
}

function describePath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text === '' ? '' : `${text}.`}${String(key)}`),
    '',
  );
}

function valueAt(given: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)[key], given);
}
