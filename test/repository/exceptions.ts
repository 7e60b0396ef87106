/** Names with the reason that they share. */
function because(reason: string, ...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, reason]));
}

/** What the rules of docs/architecture.md do not hold for yet, each with its reason. A test refuses one that nothing needs any more. */
export const EXCEPTIONS = {
  /** `from → to`. */
  imports: {} as Record<string, string>,
  /** Files outside of `io/` that write. */
  disk: {} as Record<string, string>,
  /** Files outside of `io/` that use the network. */
  network: {} as Record<string, string>,
  /** Files that block the event loop. */
  synchronous: {} as Record<string, string>,
  /** Source files of more than 300 lines. */
  long: {
    ...because('a table of numbers', 'lib/movinet/variants.ts'),
  } as Record<string, string>,
  /** Folders of more than 14 files. */
  full: {} as Record<string, string>,
  /** The share of files of `lib/` that may have fewer than 40 lines. */
  shortShare: 0.25,
};
