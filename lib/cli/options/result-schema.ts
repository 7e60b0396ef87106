import { z } from 'zod';
import type { CommandTable } from './command-table';
import type { JsonSchema } from './option';

/** What commands print with `--json`, an object or several, a line each, as JSON Schema: each command's under its name. */
export function resultsSchema(tables: readonly CommandTable[]): JsonSchema {
  const own = tables.flatMap(({ name, result }) => (result === undefined ? [] : [[name, plain(result)] as const]));
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'What the commands of movinet print with --json, a line each',
    definitions: Object.fromEntries(own),
  };
}

function plain(schema: z.ZodType): JsonSchema {
  const described = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-7',
    unrepresentable: 'any',
    reused: 'inline',
  });
  return Object.fromEntries(Object.entries(described).filter(([key]) => key !== '$schema' && !key.startsWith('~')));
}
