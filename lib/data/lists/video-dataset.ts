import { resolve } from 'node:path';
import { DatasetError } from '../../base/errors';
import { type ProbedVideo, type ProbeOptions, probeVideos, type SkippedVideo } from '../video/video-probe';
import { listVideoFolder, type VideoFolder } from './class-folders';
import { hasPartFolders, listPartFolders } from './part-folders';
import { type DatasetPart, type DatasetRow, rowsOfPart } from './row';
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

/** A video of a data set that can be decoded. */
export type ProbedRow = DatasetRow & ProbedVideo;

/** A class-folder data set, divided, without its broken videos. */
export interface VideoDataset extends DatasetIndex {
  /** Of the parts that were asked for. */
  readonly rows: readonly ProbedRow[];
  /** Whether the data set has a validation part of its own, opened or not. */
  readonly hasValidation: boolean;
  readonly skipped: readonly SkippedVideo[];
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

export interface VideoDatasetOptions extends DatasetIndexOptions, ProbeOptions {
  /** The parts that will be used; the rows of the others are left out, unopened. Default: all. */
  readonly parts?: readonly DatasetPart[];
}

/** Lists and divides a data set. Throws a {@link DatasetError} that names what is missing; the signal's reason. */
export async function listVideoDataset(root: string, options: DatasetIndexOptions = {}): Promise<DatasetIndex> {
  const { split = { kind: 'auto' }, seed = 0, classes, signal } = options;
  if (split.kind === 'folders' || (split.kind === 'auto' && (await hasPartFolders(root, signal))))
    return { root: resolve(root), rule: { kind: 'folders' }, ...(await listPartFolders(root, classes, signal)) };
  const folder = await listVideoFolder(root, classes, signal);
  const rule = split.kind === 'auto' ? detectRule(folder) : split;
  return { ...folder, rule, rows: assignParts(folder.rows, folder.classes, rule, seed) };
}

/** Lists, divides and probes a data set: what is left can be decoded. */
export async function openVideoDataset(root: string, options: VideoDatasetOptions): Promise<VideoDataset> {
  const { parts = ['train', 'validation', 'test'] } = options;
  const index = await listVideoDataset(root, options);
  const wanted = index.rows.filter(({ part }) => parts.includes(part));
  const { videos: rows, skipped } = await probeVideos(wanted, index.classes, options);
  for (const part of parts) {
    refuseLostClips(part, rowsOfPart(wanted, part), rowsOfPart(rows, part), index.classes, skipped);
  }
  return { ...index, rows, hasValidation: index.rows.some(({ part }) => part === 'validation'), skipped };
}

/** Broken videos may not cost a class all that it trains on, nor a part all that it has. */
function refuseLostClips(
  part: DatasetPart,
  before: readonly DatasetRow[],
  after: readonly DatasetRow[],
  classes: readonly string[],
  skipped: readonly SkippedVideo[],
): void {
  const kept = new Set(after.map(({ label }) => label));
  const lost = before.find(({ label }) => (part === 'train' ? !kept.has(label) : kept.size === 0));
  if (lost === undefined) return;
  const what = part === 'train' ? `to train class "${classes[lost.label]}" on` : `of the ${part} part`;
  const reason = skipped.find(({ path }) => path === lost.path)?.reason;
  throw new DatasetError(`Every video ${what} is broken, such as ${lost.path}: ${reason}`);
}

/** UCF101's rule where all names allow it and it gives every class something to train on, and something to test. */
function detectRule({ rows, classes }: VideoFolder): FileSplitRule {
  const ratio: FileSplitRule = { kind: 'ratio', train: DEFAULT_TRAIN_RATIO };
  if (!rows.every(({ path }) => parseUcf101Name(path) !== undefined)) return ratio;
  try {
    assignParts(rows, classes, { kind: 'ucf101' });
    return { kind: 'ucf101' };
  } catch (error) {
    if (error instanceof DatasetError) return ratio;
    throw error;
  }
}
