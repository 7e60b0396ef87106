import { resolve } from 'node:path';
import { DatasetError } from '../../base/errors';
import { listVideoFolder, type VideoFolder } from './class-folders';
import { hasPartFolders, listPartFolders } from './part-folders';
import type { DatasetRow } from './row';
import { assignParts, DEFAULT_TRAIN_RATIO, type FileSplitRule, parseUcf101Name, type SplitRule } from './splits';

/** A class-folder data set, divided; the paths are listed, the videos not opened yet. */
export interface DatasetIndex {
  /** Absolute. */
  readonly root: string;
  /** In the order of the labels. */
  readonly classes: readonly string[];
  /** The rule that was applied: never `auto`. */
  readonly rule: Exclude<SplitRule, { kind: 'auto' }>;
  /** By part, then by class, then by path. */
  readonly rows: readonly DatasetRow[];
}

export interface DatasetIndexOptions {
  /** Default `auto`. */
  readonly split?: SplitRule;
  /** For a split by ratio. Default 0. */
  readonly seed?: number;
  /** The class order of a trained model; default: the folders' names, sorted. */
  readonly classes?: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/** Lists and divides a data set. Throws a {@link DatasetError} that names what is missing; the signal's reason. */
export async function listVideoDataset(root: string, options: DatasetIndexOptions = {}): Promise<DatasetIndex> {
  const { split = { kind: 'auto' }, seed = 0, classes, signal } = options;
  if (split.kind === 'folders' || (split.kind === 'auto' && (await hasPartFolders(root, signal))))
    return { root: resolve(root), rule: { kind: 'folders' }, ...(await listPartFolders(root, classes, signal)) };
  const folder = await listVideoFolder(root, classes, signal);
  const rule = split.kind === 'auto' ? await detectRule(folder) : split;
  return { ...folder, rule, rows: await assignParts(folder.rows, folder.classes, rule, seed) };
}

/** UCF101's rule where all names allow it and it gives every class something to train on, and something to test. */
async function detectRule({ rows, classes }: VideoFolder): Promise<FileSplitRule> {
  const ratio: FileSplitRule = { kind: 'ratio', train: DEFAULT_TRAIN_RATIO };
  if (parseUcf101Name(rows[0]?.path ?? '') === undefined) return ratio;
  try {
    await assignParts(rows, classes, { kind: 'ucf101' });
    return { kind: 'ucf101' };
  } catch (error) {
    if (error instanceof DatasetError) return ratio;
    throw error;
  }
}
