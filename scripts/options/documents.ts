import type { CommandTable } from '../../lib/cli/options/command-table';
import { COMMANDS } from '../../lib/cli/movinet/commands';
import { COMPLETION } from '../../lib/cli/movinet/completion';
import { configurationSchema } from '../../lib/cli/options/json-schema';
import { optionsReference } from '../../lib/cli/options/reference';
import { resultsSchema } from '../../lib/cli/options/result-schema';
import { instructionsTable } from '../bench/instructions/command';
import { benchTable } from '../bench/options';
import { peersBenchTable } from '../bench/peers/command';
import { scaleBenchTable } from '../bench/scale/command';
import { checkExportsTable } from '../exports/command';
import { parityTable } from '../parity/command';

/** All commands that have options, as the reference lists them: the program's, then the clone's. */
export const TABLES: readonly CommandTable[] = [
  ...[...COMMANDS, COMPLETION].map(({ load }) => load().table),
  ...[parityTable, checkExportsTable, benchTable, peersBenchTable, scaleBenchTable, instructionsTable],
];

/** What is published of the tables, by paths from the repository's root. */
export function optionDocuments(): Record<string, string> {
  return {
    'docs/options.md': optionsReference(TABLES),
    'docs/results.schema.json': `${JSON.stringify(resultsSchema(TABLES), null, 2)}\n`,
    'docs/movinet.config.schema.json': `${JSON.stringify(configurationSchema(TABLES), null, 2)}\n`,
  };
}
