import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CheckpointError } from '../base/errors';
import { readCheckpointIndex } from './checkpoint-index';
import { exists, listFiles, type FileSize } from '../io/look';
import { findCheckpoint } from './find-checkpoint';
import { dtypeName, inspectSavedModelFile, type InspectedGraph } from './inspect-saved-model';
import { OBJECT_GRAPH_KEY } from './object-graph';

export interface InspectedVariable {
  readonly key: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: number;
}

/** What a SavedModel or a checkpoint holds, as plain data. */
export interface Inspection {
  readonly kind: 'saved-model' | 'checkpoint';
  /** The SavedModel's folder, or the checkpoint's prefix. */
  readonly path: string;
  /** Of a SavedModel. */
  readonly graphs: readonly InspectedGraph[];
  /** Whether any graph has functions that only run where TensorFlow has the XLA compiler. */
  readonly needsXla: boolean;
  /** Without the object graph, which every checkpoint of TensorFlow 2 has too. */
  readonly variables: readonly InspectedVariable[];
  readonly variableCount: number;
  /** Numbers in all variables. */
  readonly elements: number;
  /** Of all variables. */
  readonly variableBytes: number;
  readonly files: readonly FileSize[];
  /** Of all files. */
  readonly bytes: number;
}

/**
 * Looks into a SavedModel's folder, or a checkpoint's prefix, file or folder, without running anything. Throws {@link CheckpointError} for
 * what is missing, damaged or neither.
 */
export async function inspectPath(given: string): Promise<Inspection> {
  if (await exists(join(given, 'saved_model.pb'))) return await inspectSavedModel(given);
  const named = basename(given) === 'saved_model.pb' ? dirname(given) : undefined;
  if (named !== undefined && (await exists(given))) return await inspectSavedModel(named);
  const prefix = given.replace(/\.(index|data-\d{5}-of-\d{5})$/, '');
  if (await exists(`${prefix}.index`)) return await inspectCheckpoint(prefix);
  const found = await stat(given).catch(() => undefined);
  if (found === undefined) {
    throw new CheckpointError(
      `There is nothing at ${given}: give a SavedModel's folder, or a checkpoint's prefix such as DIR/ckpt-1`,
    );
  }
  if (!found.isDirectory()) throw new CheckpointError(`${given} is neither a SavedModel nor a checkpoint`);
  return await inspectCheckpoint(await findCheckpoint(given));
}

async function inspectSavedModel(folder: string): Promise<Inspection> {
  const graphs = await inspectSavedModelFile(folder);
  const prefix = join(folder, 'variables', 'variables');
  const variables = (await exists(`${prefix}.index`)) ? await listVariables(prefix) : [];
  return inspection('saved-model', folder, graphs, variables, await listFiles(folder));
}

async function inspectCheckpoint(prefix: string): Promise<Inspection> {
  const variables = await listVariables(prefix);
  const folder = dirname(prefix);
  const own = (await readdir(folder)).filter((name) => isPartOf(basename(prefix), name)).sort();
  const files = await Promise.all(
    own.map(async (name) => ({ path: name, bytes: (await stat(join(folder, name))).size })),
  );
  return inspection('checkpoint', prefix, [], variables, files);
}

function isPartOf(prefix: string, name: string): boolean {
  return name.startsWith(prefix) && /^\.(index|data-\d{5}-of-\d{5})$/.test(name.slice(prefix.length));
}

async function listVariables(prefix: string): Promise<InspectedVariable[]> {
  return (await readCheckpointIndex(prefix))
    .filter(({ key }) => key !== OBJECT_GRAPH_KEY)
    .map(({ key, dtype, shape, size }) => ({ key, dtype: dtypeName(dtype), shape, bytes: size }));
}

function inspection(
  kind: Inspection['kind'],
  path: string,
  graphs: readonly InspectedGraph[],
  variables: readonly InspectedVariable[],
  files: readonly FileSize[],
): Inspection {
  const total = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  return {
    ...{ kind, path, graphs },
    needsXla: graphs.some(({ xla }) => xla > 0),
    variables,
    variableCount: variables.length,
    elements: total(variables.map(({ shape }) => shape.reduce((a, b) => a * b, 1))),
    variableBytes: total(variables.map(({ bytes }) => bytes)),
    files,
    bytes: total(files.map(({ bytes }) => bytes)),
  };
}
