/** What a worker tells of itself after each batch. */
export interface Progress {
  /** Inputs read. */
  executions: number;
  /** Inputs kept, each of which reached something new. */
  corpus: number;
  /** Characters of the readers' sources that have run. */
  covered: number;
}

/** How the search in one target ended. */
export interface Outcome extends Progress {
  readonly target: string;
  readonly seconds: number;
  /** What went wrong, and the file that has the input which did it; undefined where nothing did. */
  readonly finding?: { readonly what: string; readonly input: string };
}
