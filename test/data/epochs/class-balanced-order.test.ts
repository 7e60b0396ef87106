import fc from 'fast-check';
import { Random } from '../../../lib/base/random';
import { classBalancedOrder } from '../../../lib/data/epochs/class-balanced-order';

describe('classBalancedOrder', () => {
  it('has every index once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(5), { maxLength: 60 }), fc.integer(), async (labels, seed) => {
        const order = await classBalancedOrder(labels, Random.seeded(seed));
        expect([...order].sort((a, b) => a - b)).toEqual(labels.map((_, index) => index));
      }),
    );
  });

  it('gives each round of equal classes one clip of each', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer(),
        async (classes, rounds, seed) => {
          const labels = Array.from({ length: classes * rounds }, (_, index) => Math.floor(index / rounds));
          const order = (await classBalancedOrder(labels, Random.seeded(seed))).map((index) => labels[index]);
          for (let round = 0; round < rounds; round++) {
            expect(new Set(order.slice(round * classes, (round + 1) * classes)).size).toBe(classes);
          }
        },
      ),
    );
  });

  it('is another order for another seed, the same for the same', async () => {
    const labels = Array.from({ length: 40 }, (_, index) => index % 4);
    const order = (seed: number) => classBalancedOrder(labels, Random.seeded(seed));
    expect(await order(1)).toEqual(await order(1));
    expect(await order(1)).not.toEqual(await order(2));
  });

  it('shuffles within a class and between the classes of a round', async () => {
    const labels = Array.from({ length: 60 }, (_, index) => index % 3);
    const order = await classBalancedOrder(labels, Random.seeded(5));
    expect(order.filter((index) => labels[index] === 0)).not.toEqual(
      labels.flatMap((label, i) => (label === 0 ? [i] : [])),
    );
    expect(new Set(order.slice(0, 30).map((index, i) => (i % 3 === 0 ? labels[index] : -1))).size).toBeGreaterThan(2);
  });
});
