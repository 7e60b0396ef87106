import type { Task } from '../../base/task';
import type { SkippedVideo } from '../video/broken-videos';
import type { DatasetPart, VideoRow } from './row';

/** What a reader of lists or of folders finds, before a split gives each row its part. */
export interface VideoList {
  /** Absolute: the folder that relative paths start from. */
  readonly root: string;
  readonly task: Task;
  /** By class where folders say so, else in the order of the list. */
  readonly rows: readonly ListedRow[];
  /** Whether the list itself gives the rows their parts. */
  readonly hasParts: boolean;
  /** What should be a clip and cannot be: listed files that are not there, that are empty, not files, badly named; folders that cannot be read. */
  readonly broken: readonly SkippedVideo[];
  /** What is worth a line, each one: files that were ignored, classes without clips, a folder that was seen through. */
  readonly notes: readonly string[];
  /** Of a lenient reading: files that have a row, once more by their other names. */
  readonly otherNames?: readonly ListedRow[];
}

export interface ListedRow extends VideoRow {
  readonly part?: DatasetPart;
}

/** How a data set is found and read: plain data, so that a run can remember it. */
export interface ListOptions {
  /** Folder that the relative paths of a list start from. Default: the list's own folder. */
  readonly videos?: string | undefined;
  /** Which of UCF101's or HMDB51's three official lists. Default 1. */
  readonly fold?: number | undefined;
  /** File name endings that count as videos, such as `.mp4`. Default: `.mp4`, `.avi`, `.mov`, `.mkv`, `.webm` and those of some other containers. */
  readonly extensions?: readonly string[] | undefined;
  /** File with the names of the classes, one a line, for lists that give their numbers. */
  readonly labels?: string | undefined;
  /** Whether a clip may have any number of classes. Default: where a row of the list has several, or the model's clips may; else a row without a label is left out. */
  readonly multiLabel?: boolean | undefined;
}

/** What listing needs beside its options. */
export interface ListContext {
  /** A trained model's task: its order of classes; a class that it lacks is an error. */
  readonly task?: Task | undefined;
  /**
   * For what was read before, beside which other things may stand now: clips of classes that the task lacks, and of several where it has one for each, are left out and noted, in place of an
   * error. Default false.
   */
  readonly lenient?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}
