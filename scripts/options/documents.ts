import { compareTable } from '../../lib/cli/compare';
import { evaluateTable } from '../../lib/cli/evaluate';
import { exportTable } from '../../lib/cli/export';
import { inspectTable } from '../../lib/cli/inspect';
import type { CommandTable } from '../../lib/cli/options/command-table';
import { configurationSchema } from '../../lib/cli/options/json-schema';
import { optionsReference } from '../../lib/cli/options/reference';
import { predictTable } from '../../lib/cli/predict';
import { streamTable } from '../../lib/cli/stream-options';
import { trainTable } from '../../lib/cli/train/options';
import { videoTable } from '../../lib/cli/video/options';
import { instructionsTable } from '../bench/instructions/command';
import { benchTable } from '../bench/options';
import { peersBenchTable } from '../bench/peers/command';
import { scaleBenchTable } from '../bench/scale/command';
import { doctorTable } from '../doctor/command';
import { parityTable } from '../parity/command';

/** All commands that have options, as the reference lists them. */
export const TABLES: readonly CommandTable[] = [
  ...[trainTable, evaluateTable, predictTable, streamTable, videoTable, exportTable, inspectTable],
  compareTable,
  ...[parityTable, benchTable, peersBenchTable, scaleBenchTable, instructionsTable, doctorTable],
];

/** What is published of the tables, by paths from the repository's root. */
export function optionDocuments(): Record<string, string> {
  return {
    'docs/options.md': optionsReference(TABLES),
    'docs/movinet.config.schema.json': `${JSON.stringify(configurationSchema(TABLES), null, 2)}\n`,
  };
}
