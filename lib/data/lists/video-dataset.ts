import { join, resolve } from 'node:path';
import { DatasetError } from '../../base/errors';
import { sideBySide } from '../../base/side-by-side';
import {
  DEFAULT_TRAIN_RATIO,
  type FileSplitRule,
  parseUcf101Name,
  type Split,
  splitFiles,
  type SplitRule,
} from './splits';
import { statIfAny } from '../../io/look';
import { byCodeUnits, classFolders, listVideoFolder, type VideoFile, type VideoFolder } from './class-folders';
import { type ProbedVideo, type ProbeOptions, probeVideos, type SkippedVideo } from '../video/video-probe';

/** A class-folder data set, divided; the paths are listed, the videos not opened yet. */
export interface VideoFileSet extends Split<VideoFile> {
  /** Absolute. */
  readonly root: string;
  readonly classes: readonly string[];
  /** The rule that was applied: never `auto`. */
  readonly rule: Exclude<SplitRule, { kind: 'auto' }>;
}

/** A class-folder data set, divided, without its broken videos. */
export interface VideoDataset extends Split<ProbedVideo> {
  readonly root: string;
  readonly classes: readonly string[];
  readonly rule: Exclude<SplitRule, { kind: 'auto' }>;
  readonly skipped: readonly SkippedVideo[];
}

export interface VideoFileSetOptions {
  /** Default `auto`. */
  readonly split?: SplitRule;
  /** For a split by ratio. Default 0. */
  readonly seed?: number;
  /** The class order of a trained model; default: the folders' names, sorted. */
  readonly classes?: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

export interface VideoDatasetOptions extends VideoFileSetOptions, ProbeOptions {
  /** The parts that will be used; the others are left empty, unopened. Default: all. */
  readonly parts?: readonly (keyof Split<unknown>)[];
}

/** Lists and divides a data set. Throws a {@link DatasetError} that names what is missing; the signal's reason. */
export async function listVideoDataset(root: string, options: VideoFileSetOptions = {}): Promise<VideoFileSet> {
  const { split = { kind: 'auto' }, seed = 0, classes, signal } = options;
  if (split.kind === 'folders' || (split.kind === 'auto' && (await hasTrainAndTest(root, signal))))
    return await listTrainAndTest(root, classes, signal);
  const folder = await listVideoFolder(root, classes, signal);
  const rule = split.kind === 'auto' ? detectRule(folder) : split;
  return { root: folder.root, classes: folder.classes, rule, ...splitFiles(folder.files, folder.classes, rule, seed) };
}

/** Lists, divides and probes a data set: what is left can be decoded. */
export async function openVideoDataset(root: string, options: VideoDatasetOptions): Promise<VideoDataset> {
  const { parts = ['train', 'validation', 'test'] } = options;
  const set = await listVideoDataset(root, options);
  const wanted = parts.flatMap((part) => (set[part] ?? []).map((file) => ({ ...file, part })));
  const { videos, skipped } = await probeVideos(wanted, set.classes, options);
  const of = (wantedPart: string): ProbedVideo[] =>
    videos.filter(({ part }) => part === wantedPart).map(({ path, label, info }) => ({ path, label, info }));
  for (const part of parts) refuseLostClips(part, set[part] ?? [], of(part), set.classes, skipped);
  const { classes, rule } = set;
  const validation = set.validation === undefined ? {} : { validation: of('validation') };
  return { root: set.root, classes, rule, train: of('train'), test: of('test'), ...validation, skipped };
}

/** Broken videos may not cost a class all that it trains on, nor a part all that it has. */
function refuseLostClips(
  part: string,
  before: readonly VideoFile[],
  after: readonly VideoFile[],
  classes: readonly string[],
  skipped: readonly SkippedVideo[],
): void {
  const kept = new Set(after.map((file) => file.label));
  const lost = before.find((file) => (part === 'train' ? !kept.has(file.label) : kept.size === 0));
  if (lost === undefined) return;
  const what = part === 'train' ? `to train class "${classes[lost.label]}" on` : `of the ${part} part`;
  const reason = skipped.find(({ path }) => path === lost.path)?.reason;
  throw new DatasetError(`Every video ${what} is broken, such as ${lost.path}: ${reason}`);
}

/** UCF101's rule where all names allow it and it gives every class something to train on, and something to test. */
function detectRule({ files, classes }: VideoFolder): FileSplitRule {
  const ratio: FileSplitRule = { kind: 'ratio', train: DEFAULT_TRAIN_RATIO };
  if (!files.every((file) => parseUcf101Name(file.path) !== undefined)) return ratio;
  try {
    splitFiles(files, classes, { kind: 'ucf101' });
    return { kind: 'ucf101' };
  } catch (error) {
    if (error instanceof DatasetError) return ratio;
    throw error;
  }
}

const isFolder = async (path: string): Promise<boolean> => (await statIfAny(path))?.isDirectory() === true;

/** With class folders in them: a data set may well have classes named "train" and "test". */
async function hasTrainAndTest(root: string, signal?: AbortSignal): Promise<boolean> {
  for (const part of ['train', 'test']) {
    const folder = join(root, part);
    if (!(await isFolder(folder)) || (await classFolders(folder, signal)).length === 0) return false;
  }
  return true;
}

async function listTrainAndTest(
  root: string,
  modelClasses?: readonly string[],
  signal?: AbortSignal,
): Promise<VideoFileSet> {
  await classFolders(root, signal);
  for (const part of ['train', 'test']) {
    if (!(await isFolder(join(root, part))))
      throw new DatasetError(
        `${root} has no folder "${part}", which the split "folders" needs: add it or choose another split`,
      );
  }
  const parts = ['train', 'test', ...((await isFolder(join(root, 'val'))) ? ['val'] : [])];
  const classes = modelClasses ?? (await trainedClasses(root, parts, signal));
  const list = async (part: string): Promise<readonly VideoFile[]> =>
    (await listVideoFolder(join(root, part), classes, signal)).files;
  const validation = parts.includes('val') ? { validation: await list('val') } : {};
  return {
    root: resolve(root),
    classes,
    rule: { kind: 'folders' },
    train: await list('train'),
    test: await list('test'),
    ...validation,
  };
}

/** The classes of all parts, each of which needs a folder in the first, `train/`. */
async function trainedClasses(root: string, parts: readonly string[], signal?: AbortSignal): Promise<string[]> {
  const ofParts = await sideBySide(parts, parts.length, (part) => classFolders(join(root, part), signal));
  const classes = [...new Set(ofParts.flat())].sort(byCodeUnits);
  const trained = new Set(ofParts[0]);
  const untrained = classes.find((name) => !trained.has(name));
  if (untrained !== undefined)
    throw new DatasetError(`Class "${untrained}" has no folder in ${join(root, 'train')}: nothing to train it on`);
  return classes;
}
