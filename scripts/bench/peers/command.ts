import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../../lib/base/errors';
import { integerBetween, integerFrom } from '../../../lib/base/ranges';
import { shown } from '../../../lib/base/shown';
import { type Call, commandTable, parseCommand } from '../../../lib/cli/options/command-table';
import { flag, option } from '../../../lib/cli/options/option';
import { listenForInterrupt } from '../../../lib/cli/program/interrupt';
import { choice, text, verboseOption } from '../../../lib/cli/program/options';
import { JSON_FORMAT } from '../../../lib/cli/program/results';
import { createProgress } from '../../../lib/cli/terminal/progress';
import { makeFolder } from '../../../lib/io/folders';
import { outputError } from '../../../lib/io/output-failure';
import { writeFileWhole } from '../../../lib/io/whole-file';
import { MODEL_IDS } from '../../../lib/movinet/model-id';
import type { ModelId } from '../../../lib/movinet/options';
import { loadAddon } from '../../../lib/native/addon';
import { MOST_THREADS } from '../../../lib/runtime/session-config';
import { loadWarning, machineLine } from '../machine';
import { PEER_NAMES, PEERS } from './peer-list';
import { rewriteReadme } from './readme';
import type { PeersReport } from './results';
import { runPeers } from './run-peers';
import { formatPeers, peersMarkdown } from './tables';
import { WORK_NAMES, WORKS } from './works';

const ROUNDS = 5;
const PORT_PEER = 'pytorch';

const weights: z.ZodType<readonly [ModelId, string], string> = z.string().transform((given, context) => {
  const [, name, path] = /^([^=]+)=(.+)$/.exec(given) ?? [];
  const id = MODEL_IDS.find((candidate) => candidate === name);
  if (id !== undefined && path !== undefined) return [id, path] as const;
  context.addIssue({
    code: 'custom',
    message: `expected MODEL=CHECKPOINT, such as a0-base=ckpt-1, got ${shown(given)}`,
  });
  return z.NEVER;
});

export const peersBenchTable = commandTable({
  name: 'bench:peers',
  script: true,
  description: 'Does the same work in turns with other programs: networks, training and decoding.',
  options: {
    work: option(z.array(choice(WORK_NAMES)).exactOptional(), {
      ...{ value: '<name>', help: WORK_NAMES.join(', '), fallback: 'all', repeated: true },
    }),
    peer: option(z.array(choice(PEER_NAMES)).exactOptional(), {
      ...{ value: '<name>', help: PEER_NAMES.join(', '), fallback: 'all', repeated: true },
    }),
    rounds: option(integerFrom(1).default(ROUNDS), { value: '<n>', help: 'turns that each program has' }),
    threads: option(integerBetween(1, MOST_THREADS).exactOptional(), {
      ...{ value: '<n>', help: 'that each program computes with', fallback: 'one for each processor' },
    }),
    precision: option(choice(['float32', 'bfloat16']).default('float32'), {
      ...{ value: '<type>', help: 'float32 or bfloat16, of the programs that have it' },
    }),
    weights: option(z.array(weights).exactOptional(), {
      ...{ value: '<model=checkpoint>', help: "an official checkpoint for a model's work", repeated: true },
      fallback: 'random numbers',
    }),
    pytorch: option(text.exactOptional(), {
      ...{
        value: '<dir>',
        help: 'a checkout of the PyTorch port of MoViNet',
        fallback: 'none: PyTorch computes nothing',
      },
    }),
    python: option(text.default('python3.11'), {
      ...{ value: '<program>', help: "CPython 3.11, which the peers' environments are made with" },
    }),
    out: option(text.exactOptional(), {
      value: '<file>',
      help: 'where to write the JSON',
      fallback: 'runs/bench-peers-<time>.json; nowhere with --json',
    }),
    readme: option(text.exactOptional(), {
      value: '<file>',
      help: 'a Markdown file whose table between the two markers is replaced',
      fallback: 'none',
    }),
    json: flag('print the JSON instead of the table'),
    verbose: verboseOption,
  },
});

export type PeersBenchOptions = Call<typeof peersBenchTable.options>['options'];

/** Reads the command line. Throws UsageError, or commander's own errors. */
export function parsePeersOptions(argv: readonly string[]): PeersBenchOptions {
  const { options } = parseCommand(peersBenchTable, argv);
  if (options.pytorch === undefined && options.peer?.includes(PORT_PEER) === true)
    throw new UsageError('--peer pytorch needs --pytorch: a checkout of the port that it runs');
  return options;
}

/** Whether something was compared in each work, and every peer that was asked for by name. */
export function isComplete({ works }: Pick<PeersReport, 'works'>, asked: readonly string[] | undefined): boolean {
  return works.every(
    ({ peers }) =>
      peers.some(({ status }) => status === 'compared') &&
      peers.every(({ peer, status }) => status === 'compared' || asked?.includes(peer) !== true),
  );
}

async function makeFolderOf(path: string): Promise<void> {
  await makeFolder(dirname(path)).catch((error: unknown) => {
    throw outputError('create the folder of', path, error);
  });
}

/** `npm run bench:peers`: exit status 1 where a work was compared with nobody, or a peer that was asked for could not be compared. */
export async function benchPeers(argv: readonly string[]): Promise<void> {
  const options = parsePeersOptions(argv);
  const { json, readme } = options;
  const progress = createProgress({ json });
  using interrupt = listenForInterrupt((line) => progress.line(line));
  const time = new Date()
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replaceAll(':', '-');
  const out = options.out ?? (json ? undefined : join('runs', `bench-peers-${time}.json`));
  // Before the work, so that a wrong path does not cost minutes.
  if (out !== undefined) await makeFolderOf(out);
  const plan = {
    works: WORKS.filter(({ name }) => options.work?.includes(name) ?? true),
    peers: PEERS.filter(({ name }) => options.peer?.includes(name) ?? true),
    ...{ rounds: options.rounds, threads: options.threads ?? availableParallelism(), precision: options.precision },
    ...{ python: options.python, port: options.pytorch, weights: new Map(options.weights ?? []) },
  };
  const report = await runPeers(loadAddon(), plan, { progress, signal: interrupt.signal });
  const written = `${JSON.stringify({ format: JSON_FORMAT, ...report }, null, 2)}\n`;
  if (json) process.stdout.write(written);
  else process.stdout.write(`\n${machineLine(report.machine)}\n\n${formatPeers(report)}\n\n`);
  if (out !== undefined) {
    await writeFileWhole(out, written);
    progress.line(`Written to ${out}`);
  }
  if (readme !== undefined) await rewriteReadme(readme, peersMarkdown(report, machineLine(report.machine)));
  const warning = loadWarning(report.machine);
  if (warning !== undefined) progress.warn(warning);
  if (!isComplete(report, options.peer)) process.exitCode = 1;
}
