import type { Target } from '../../base/task';

/**
 * What a video of a data set is for.
 *
 * @useDeclaredType
 */
export type DatasetPart = (typeof DATASET_PARTS)[number];
export const DATASET_PARTS = ['train', 'validation', 'test'] as const;

/** A labelled video, or a part of one, as a list of them has it. */
export interface VideoRow {
  /** Absolute: a file, or a folder of pictures. */
  readonly path: string;
  readonly target: Target;
  /** Seconds since its first frame between which the clips lie; without it the whole video. */
  readonly span?: readonly [from: number, to: number];
  /** Rows of one group stay in one part of the data set. */
  readonly group?: string;
  /** Factor of the losses of its clips in training: finite, of at least 0. Default 1. */
  readonly weight?: number;
}

/** The class of a row of a single-label data set; of others the first one. */
export const labelOf = ({ target }: VideoRow): number => target[0] ?? 0;

/** A labelled video with its place in the data set. */
export interface DatasetRow extends VideoRow {
  readonly part: DatasetPart;
}

/** The rows of one part, in their order. */
export function rowsOfPart<Row extends DatasetRow>(rows: readonly Row[], part: DatasetPart): Row[] {
  return rows.filter((row) => row.part === part);
}
