import { createHash } from 'node:crypto';
import type { Json } from '../base/described';
import { shown as shortly } from '../base/shown';
import { UsageError } from '../base/errors';
import { Turn } from '../base/turn';
import type { ClipSource } from '../data/clip-source';
import type { Weights } from '../graph/weights';
import type { RunConfig } from './run-state';
import type { TrainerParts } from './trainer-options';

/**
 * What a run learns with, its source aside. Of the model's numbers those that do not learn in the first phase: all else that the run depends on is in its snapshots,
 * and later phases learn more.
 */
export async function learningConfig({
  model,
  phases,
  described,
}: Pick<TrainerParts, 'model' | 'phases' | 'described'>): Promise<RunConfig> {
  const { id, options, task, clip, weights, architecture } = model;
  const trainable = phases[0]?.trainable ?? (() => false);
  const movesStatistics = described.batchNorm === 'train';
  const learned = architecture.parameters.filter(
    (parameter) => trainable(parameter.stage) && (parameter.trainable || movesStatistics),
  );
  const learns = new Set(learned.map(({ path }) => path));
  const frozen = await digest(weights, (path) => !learns.has(path));
  return stored({ model: { id, options, frozen }, task, clip, ...described });
}

/** What it learns from. */
export async function sourceConfig(source: ClipSource): Promise<Json> {
  return stored((await source.describe?.()) ?? { clips: source.clipCount, batchSize: source.batchSize });
}

/** As it is when it has been written and read. */
function stored<T>(config: T): T & RunConfig {
  return JSON.parse(JSON.stringify(config)) as T & RunConfig;
}

/** Throws {@link UsageError} that tells in what a run differs from the one that a snapshot is of. */
export function refuseOtherConfig(earlier: RunConfig, present: RunConfig): void {
  const found = [...differences(earlier, present, '')];
  if (found.length === 0) return;
  const shown = found.slice(0, SHOWN).join('; ');
  const more = found.length > SHOWN ? ` and ${found.length - SHOWN} more` : '';
  throw new UsageError(`The run to go on from is another one: ${shown}${more}`);
}

const SHOWN = 5;

function* differences(earlier: Json | undefined, present: Json | undefined, path: string): Generator<string> {
  if (isRecord(earlier) && isRecord(present)) {
    for (const name of new Set([...Object.keys(earlier), ...Object.keys(present)]))
      yield* differences(earlier[name], present[name], path === '' ? name : `${path}.${name}`);
  } else if (JSON.stringify(earlier) !== JSON.stringify(present)) {
    yield `${path} was ${textOf(earlier)} and is ${textOf(present)}`;
  }
}

const isRecord = (value: Json | undefined): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: Json | undefined): string => (value === undefined ? 'absent' : shortly(value));

/** Of the numbers that do not learn: a run goes on from those it began with, wherever they are read from. */
async function digest(weights: Weights, wanted: (path: string) => boolean): Promise<string> {
  const hash = createHash('sha256');
  const turn = new Turn();
  for (const path of weights.paths().filter(wanted).sort()) {
    const { data } = weights.array(path);
    hash.update(path).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    if (turn.over) await turn.next();
  }
  return hash.digest('hex');
}
