import { GraphBuilder } from '../../lib/graph/builder';
import { intConstant, placeholder } from '../../lib/graph/ops';
import { statelessUniform } from '../../lib/graph/stateless-random';
import { StepInputs } from '../../lib/graph/step-inputs';
import { loadAddon } from '../../lib/native/addon';
import type { NativeTensor } from '../../lib/native/tensor';

const addon = loadAddon();

interface Key {
  seed: number;
  place: string;
  step: number;
}

const KEY: Key = { seed: 7, place: 'block0_layer1', step: 3 };

/** The numbers of each key, all drawn in this order in one session. */
async function draw(keys: readonly Key[], count: number): Promise<number[][]> {
  const g = new GraphBuilder(addon);
  const inputs = new StepInputs(g);
  const shape = intConstant(g, [count]);
  const outputs = keys.map(({ seed, place }) => statelessUniform(g, shape, { seed, inputs }, place));
  using session = await addon.createSession(g.graph);
  const results: number[][] = [];
  for (const [index, key] of keys.entries()) {
    using step = addon.createTensor('int32', []);
    (step.data() as Int32Array)[0] = key.step;
    const [tensor] = await session.run(session.prepare([inputs.pass], [outputs[index] as string]), [step]);
    using owned = tensor as NativeTensor;
    results.push([...(owned.data() as Float32Array)]);
  }
  return results;
}

it('draws the same numbers in every process', async () => {
  expect((await draw([KEY], 4))[0]).toEqual([
    0.6654229164123535, 0.4766726493835449, 0.32593441009521484, 0.9648418426513672,
  ]);
});

it('draws the same numbers in another session, whatever was drawn before', async () => {
  const [, , again] = await draw([{ ...KEY, step: 2 }, { ...KEY, seed: 8 }, KEY], 100);
  expect([again]).toEqual(await draw([KEY], 100));
});

it('draws for parts of a batch what it draws for the whole', async () => {
  const g = new GraphBuilder(addon);
  const inputs = new StepInputs(g);
  const { before, after } = inputs.others;
  const rows = placeholder(g, 'int32', []);
  const shape = g.op('Pack', [[rows, intConstant(g, 3)]]);
  const numbers = statelessUniform(g, shape, { seed: 7, inputs }, 'here');
  using session = await addon.createSession(g.graph);
  const plan = session.prepare([rows, before, after, inputs.pass], [numbers]);
  const of = async (...counts: readonly number[]): Promise<number[]> => {
    const feeds = [...counts, 2].map((count) => {
      const tensor = addon.createTensor('int32', []);
      (tensor.data() as Int32Array)[0] = count;
      return tensor;
    });
    using drawn = (await session.run(plan, feeds))[0] as NativeTensor;
    feeds.forEach((tensor) => tensor.dispose());
    return [...(drawn.data() as Float32Array)];
  };
  expect([...(await of(2, 0, 3)), ...(await of(1, 2, 2)), ...(await of(2, 3, 0))]).toEqual(await of(5, 0, 0));
});

it.each<[string, Partial<Key>]>([
  ['seed', { seed: 8 }],
  ['negative seed', { seed: -7 }],
  ['seed that differs beyond 32 bits', { seed: 7 + 2 ** 40 }],
  ['place', { place: 'block0_layer2' }],
  ['step', { step: 4 }],
])('draws other numbers for another %s', async (_, other) => {
  const [numbers, others] = (await draw([KEY, { ...KEY, ...other }], 1000)) as [number[], number[]];
  expect(numbers.filter((value, i) => value === others[i])).toEqual([]);
});

it('is uniform in [0, 1): in each tenth as many numbers as five standard deviations allow', async () => {
  const count = 100_000;
  const [numbers] = (await draw([KEY], count)) as [number[]];
  const tenths = new Array<number>(10).fill(0);
  // A number outside [0, 1) has no tenth.
  for (const value of numbers) tenths[Math.floor(value * 10)]! += 1;
  expect(tenths).toHaveLength(10);
  for (const tenth of tenths) expect(Math.abs(tenth - count / 10)).toBeLessThan(5 * Math.sqrt(count * 0.1 * 0.9));
});
