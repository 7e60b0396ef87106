import type { CommandTable } from './command-table';
import { type JsonSchema, plainSchema } from './option';

/** What commands print with `--json`, an object or several, a line each, as JSON Schema: each command's under its name. */
export function resultsSchema(tables: readonly CommandTable[]): JsonSchema {
  const own = tables.flatMap(({ name, result }) =>
    result === undefined ? [] : [[name, plainSchema(result)] as const],
  );
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'What the commands of movinet print with --json, a line each',
    definitions: Object.fromEntries(own),
  };
}
