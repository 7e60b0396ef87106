/** What is told beside an amount, by names. */
export type ProgressFields = Readonly<Record<string, number | string>>;

/** Where long work tells how far it is. One task runs at a time. */
export interface ProgressSink {
  /** Begins a task of `total` units; `unit` in the plural, such as `clips`, or `bytes`. `since`: when its work began, as `Date.now`; default: now. */
  start(task: { label: string; total: number; unit: string; since?: number }): void;
  /**
   * Tells that `done` units are done so far. `fields` such as a loss are shown in their order, texts as they are, `batch` and
   * `batches` as `batch 3/14`. Cheap enough to be called for each clip.
   */
  update(done: number, fields?: ProgressFields): void;
  /** What goes on beside the tasks, such as `indexing 512 of 9,000 videos`: shown with the task under way, until it is undefined. */
  beside(text: string | undefined): void;
  /** Ends the task; `summary` is what remains of it on the screen. */
  end(summary: string): void;
  /** A message of its own line, during a task or between tasks. */
  line(text: string): void;
  /** The same for what went wrong without ending the work. */
  warn(text: string): void;
}
