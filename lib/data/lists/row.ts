/** What a video of a data set is for. */
export type DatasetPart = 'train' | 'validation' | 'test';

/** A labelled video, as a list of them has it. */
export interface VideoRow {
  /** Absolute. */
  readonly path: string;
  /** Index into the data set's class names. */
  readonly label: number;
}

/** A labelled video with its place in the data set. */
export interface DatasetRow extends VideoRow {
  readonly part: DatasetPart;
}

/** The rows of one part, in their order. */
export function rowsOfPart<Row extends DatasetRow>(rows: readonly Row[], part: DatasetPart): Row[] {
  return rows.filter((row) => row.part === part);
}
