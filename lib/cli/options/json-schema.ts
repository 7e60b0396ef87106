import { type CommandTable, isConfigured } from './command-table';
import { fullHelp, isOnByDefault, type JsonSchema, type OptionRow, valueSchema } from './option';

/** JSON Schema (draft 7, which editors know best) of a configuration file for these commands; those that take none are left out. */
export function configurationSchema(tables: readonly CommandTable[]): JsonSchema {
  const commands = tables.filter(({ name }) => isConfigured(name));
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'movinet.config.json',
    description: 'Options of the commands of movinet-native, of each under its name. The command line wins.',
    ...objectOf({
      $schema: { type: 'string', description: 'Where this schema is, for editors' },
      ...Object.fromEntries(commands.map((table) => [table.name, sectionOf(table)])),
    }),
  };
}

function sectionOf({ description, options }: CommandTable): JsonSchema {
  const rows = Object.entries(options).filter(([, { commandLineOnly }]) => commandLineOnly !== true);
  return { description, ...objectOf(Object.fromEntries(rows.map(([name, row]) => [name, propertyOf(row)]))) };
}

/** What must be given may be given on the command line: nothing is required of the file. */
function objectOf(properties: Record<string, JsonSchema>): JsonSchema {
  return { type: 'object', properties, additionalProperties: false };
}

function propertyOf(row: OptionRow): JsonSchema {
  const description = isOnByDefault(row) ? `false: ${row.help}` : fullHelp(row);
  return { ...valueSchema(row.schema), description };
}
