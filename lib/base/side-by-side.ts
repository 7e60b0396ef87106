/**
 * What some work gives for each item, in the items' order, with at most `atOnce` of them under way. After a failure nothing more is begun; once all that
 * was under way has ended, the failure of the earliest item is thrown, the one that working in turn would have met.
 */
export async function sideBySide<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  const failures: { readonly index: number; readonly error: unknown }[] = [];
  // One iterator for all: each takes the next item that nobody has taken.
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (failures.length > 0) return;
      try {
        results[index] = await work(item);
      } catch (error) {
        failures.push({ index, error });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  const [earliest] = failures.sort((a, b) => a.index - b.index);
  if (earliest !== undefined) throw earliest.error;
  return results;
}
