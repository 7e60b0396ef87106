import { TensorFlowError } from '../../../lib/base/errors';
import { adam, optimizers } from '../../../lib/learning/optimizer';
import { batchOf, failingRuns, largestDifference, openProgram, sameBits, trainOn } from '../support/step-programs';

const error = new TensorFlowError('OOM when allocating tensor', 'RESOURCE_EXHAUSTED');
const ROWS = [0, 1, 2, 3, 4, 5, 6];

/** A program, and another that memory is short for: of so many clips at a time, at first unlimited. */
async function pair(given: Parameters<typeof openProgram>[0] = {}) {
  const memory = {
    most: Infinity,
    runs: [] as number[],
    other: undefined as { after: number; error: Error } | undefined,
  };
  const warnings: string[] = [];
  const addon = failingRuns((rows) => {
    memory.runs.push(rows);
    if (memory.other !== undefined && memory.other.after-- === 0) return memory.other.error;
    return rows > memory.most ? error : undefined;
  });
  const program = { ...given.program, warn: (text: string) => void warnings.push(text) };
  const [short, plain] = [
    (await openProgram({ ...given, addon, program })).program,
    (await openProgram(given)).program,
  ];
  const dispose = (): void => [short, plain].forEach((one) => one.dispose());
  return { short, plain, memory, warnings, [Symbol.dispose]: dispose };
}

it('trains in halves where memory runs out, what is random included, and says so once', async () => {
  using both = await pair({
    ...{
      overrides: { dropoutRate: 0.4, weightDecay: 0.01 },
      optimizer: optimizers.build(adam({ learningRate: 0.01 })),
    },
  });
  const { short, plain, memory, warnings } = both;
  memory.most = 3;
  for (const program of [short, plain]) await trainOn(program, [ROWS, ROWS]);
  // Seven are too many, so are four; from then on it is known.
  expect(memory.runs).toEqual([7, 4, 2, 2, 2, 1, 2, 2, 2, 1]);
  expect(warnings).toEqual([
    'Training: memory ran out for a batch of 7 clips; from now on 2 at most are computed at a time',
  ]);
  expect([short.step, short.state]).toEqual([plain.step, plain.state]);
  expect(largestDifference(await short.readAll(), await plain.readAll())).toBeLessThan(1e-5);
  using batch = batchOf(ROWS);
  const [parts, whole] = [await short.trainBatch(batch), await plain.trainBatch(batch)];
  expect(parts.logits).toHaveLength(whole.logits.length);
  parts.losses.forEach((loss, i) => expect(loss).toBeCloseTo(whole.losses[i]!, 5));
});

it('evaluates in halves, with the same results', async () => {
  using both = await pair();
  const { short, plain, memory, warnings } = both;
  memory.most = 2;
  using batch = batchOf(ROWS.slice(0, 5), 'clips');
  const [parts, whole] = [
    await short.evaluate(batch.inputs, batch.targets),
    await plain.evaluate(batch.inputs, batch.targets),
  ];
  parts.logits.forEach((logit, i) => expect(logit).toBeCloseTo(whole.logits[i]!, 5));
  parts.losses.forEach((loss, i) => expect(loss).toBeCloseTo(whole.losses[i]!, 5));
  using features = await short.features(batch.inputs);
  using expected = await plain.features(batch.inputs);
  expect(features.shape).toEqual(expected.shape);
  (features.data() as Float32Array).forEach((value, i) =>
    expect(value).toBeCloseTo((expected.data() as Float32Array)[i]!, 5),
  );
  expect(warnings).toEqual([expect.stringMatching(/^Evaluation: memory ran out for a batch of 5 clips/)]);
});

it('gives up at one clip', async () => {
  using both = await pair();
  both.memory.most = 0;
  const before = await both.short.readAll();
  await expect(trainOn(both.short, [[0, 1]])).rejects.toMatchObject({
    ...{ code: 'ERR_TENSORFLOW', status: 'RESOURCE_EXHAUSTED' },
    message: expect.stringMatching(/^Training: there is too little memory for a single clip/) as string,
  });
  expect(sameBits(await both.short.readAll(), before)).toBe(true);
});

it('loses nothing that was summed where a later half fails otherwise', async () => {
  using both = await pair({ program: { accumulate: 2 } });
  const { short, plain, memory } = both;
  await trainOn(short, [[0, 1]]);
  memory.most = 2;
  memory.other = { after: 2, error: new Error('broken on purpose') };
  await expect(trainOn(short, [[2, 3, 4]])).rejects.toThrow('broken on purpose');
  await trainOn(short, [[2, 3, 4]]);
  await trainOn(plain, [
    [0, 1],
    [2, 3, 4],
  ]);
  expect([short.step, short.state]).toEqual([plain.step, plain.state]);
  expect(largestDifference(await short.readAll(), await plain.readAll())).toBeLessThan(1e-6);
});

it('says that batch statistics are those of the parts', async () => {
  const trainable = (stage: string): boolean => ['head', 'classifier_head'].includes(stage);
  using both = await pair({ trainable, batchNorm: 'train' });
  both.memory.most = 1;
  using batch = batchOf([0, 1], 'clips');
  await both.short.trainBatch(batch);
  expect(both.warnings).toEqual([
    expect.stringMatching(/1 at most .*\. Batch normalisation goes by the statistics of each part/),
  ]);
});
