import { DivergedError } from '../../../lib/base/errors';
import type { Decoding } from '../../../lib/data/clip-decoding';
import type { ClipPlan } from '../../../lib/data/clip-planner';
import { FileViews, type Prediction } from '../../../lib/inference/file-views';
import { ClipLine, type PlannedClip, type ReadClips } from '../../../lib/inference/prediction/clip-line';
import type { Outcome } from '../../../lib/metrics/outcome';
import type { NativeTensor } from '../../../lib/native/tensor';

const never = new AbortController().signal;

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
}

/** A line whose reading ends when it is told to, and whose model gives each clip its video's number of log-odds. */
class Bench {
  readonly batches: string[][] = [];
  readonly signals: AbortSignal[] = [];
  readonly opened: (() => void)[] = [];
  living = 0;
  mostLiving = 0;
  readingsAborted = 0;
  readonly line: ClipLine;
  private asked = 0;

  constructor(
    batchSize: number,
    private readonly held = false,
  ) {
    const evaluate = (clips: NativeTensor): Promise<Outcome> => {
      const values = (clips as unknown as { numbers: number[] }).numbers;
      const logits = Float32Array.from(values.flatMap((value) => [value, 0]));
      return Promise.resolve({ logits, losses: new Float32Array(values.length) });
    };
    const abortReading = (): void => {
      this.readingsAborted++;
    };
    this.line = new ClipLine({ runner: { evaluate }, kind: 'single-label', batchSize, abortReading });
  }

  readonly read: ReadClips = async (clips, signal) => {
    this.batches.push(clips.map(({ plan }) => plan.path));
    this.signals.push(signal);
    if (this.held) await new Promise<void>((resolve) => this.opened.push(resolve));
    return this.decoding(clips);
  };

  async ask(name: string, { views = 1, signal = never, read = this.read } = {}): Promise<Prediction> {
    const index = this.asked++;
    const plans = Array.from({ length: views }, (_, view): ClipPlan => ({ index, view, path: name, position: 0 }));
    const gathered = new FileViews(name, index, { frames: 1, every: { frames: 1 } }, undefined);
    return await this.line.classify({ name, video: name, plans, read, views: gathered }, signal);
  }

  private decoding(clips: readonly PlannedClip[]): Decoding {
    const each = clips.map(() => 1);
    this.mostLiving = Math.max(this.mostLiving, ++this.living);
    const dispose = (): void => {
      this.living--;
    };
    const tensor = {
      numbers: clips.map(({ plan }) => Number(plan.path)),
      ...{ dispose, [Symbol.dispose]: dispose },
    } as unknown as NativeTensor;
    const facts = { decodedFrames: each, ownFrames: each, frameRates: each, blended: [] };
    const decoded = { clips: tensor, plans: clips.map(({ plan }) => plan), ...facts };
    return { decoded, broken: [], damaged: [], brokenOff: [] };
  }
}

const oddsOf = (prediction: Prediction): number => {
  if ('error' in prediction) throw prediction.error;
  const [first = NaN, second = NaN] = prediction.probabilities;
  return Math.log(first / second);
};

it('fills batches with the clips of all who ask in the same turn, and gives each its own', async () => {
  const bench = new Bench(4);
  const found = await Promise.all(['1', '2', '3', '-1', '-2'].map((name) => bench.ask(name)));
  expect(found.map(({ file }) => file)).toEqual(['1', '2', '3', '-1', '-2']);
  found.map(oddsOf).forEach((odds, i) => expect(odds).toBeCloseTo([1, 2, 3, -1, -2][i]!, 4));
  expect(bench.batches).toEqual([['1', '2', '3', '-1'], ['-2']]);
  expect(bench.living).toBe(0);
});

it('has two batches at a time however many ask, and takes the clips of one video over several', async () => {
  const bench = new Bench(3, true);
  const all = Promise.all(Array.from({ length: 4 }, (_, i) => bench.ask(String(i), { views: 5 })));
  await settle();
  expect(bench.batches).toEqual([
    ['0', '0', '0'],
    ['0', '0', '1'],
  ]);
  for (let turn = 0; turn < 20; turn++) {
    bench.opened.shift()?.();
    await settle();
  }
  (await all).map(oddsOf).forEach((odds, i) => expect(odds).toBeCloseTo(i, 4));
  expect(bench.batches.map(({ length }) => length)).toEqual([3, 3, 3, 3, 3, 3, 2]);
  expect([bench.mostLiving <= 2, bench.living]).toEqual([true, 0]);
});

it('begins a batch that is not full where nobody asks for more', async () => {
  const bench = new Bench(8);
  expect(oddsOf(await bench.ask('2'))).toBeCloseTo(2, 4);
  expect(bench.batches).toEqual([['2']]);
});

it('does not mix what is read in different ways', async () => {
  const bench = new Bench(8);
  const other: ReadClips = (...given) => bench.read(...given);
  await Promise.all([bench.ask('1'), bench.ask('2', { read: other }), bench.ask('3')]);
  expect(bench.batches).toEqual([['1', '3'], ['2']]);
});

it('lets go of a caller at once, and goes on for the others', async () => {
  const bench = new Bench(2, true);
  const controller = new AbortController();
  const reason = new Error('enough');
  const gone = ['1', '2', '3'].map((name) => bench.ask(name, { signal: controller.signal }));
  const stays = ['4', '5'].map((name) => bench.ask(name));
  const rejected = Promise.allSettled(gone);
  await settle();
  expect(bench.batches).toEqual([
    ['1', '2'],
    ['3', '4'],
  ]);
  controller.abort(reason);
  expect((await rejected).map((each) => each.status === 'rejected' && each.reason === reason)).toEqual([
    true,
    true,
    true,
  ]);
  // Nobody waits for the first batch; of the second somebody does.
  expect(bench.signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  expect(bench.readingsAborted).toBe(0);
  for (let turn = 0; turn < 5; turn++) {
    bench.opened.splice(0).forEach((open) => open());
    await settle();
  }
  (await Promise.all(stays)).map(oddsOf).forEach((odds, i) => expect(odds).toBeCloseTo(4 + i, 4));
  expect(bench.living).toBe(0);
});

it('stops the reading where nobody waits for any of it, and works afterwards', async () => {
  const bench = new Bench(2, true);
  const controller = new AbortController();
  const gone = bench.ask('1', { signal: controller.signal });
  await settle();
  controller.abort();
  await expect(gone).rejects.toBe(controller.signal.reason);
  expect(bench.readingsAborted).toBe(1);
  const next = bench.ask('3');
  await settle();
  bench.opened.forEach((open) => open());
  expect(oddsOf(await next)).toBeCloseTo(3, 4);
  expect(bench.living).toBe(0);
});

it('takes nothing of a caller who has aborted already', async () => {
  const bench = new Bench(2);
  const reason = new Error('enough');
  await expect(bench.ask('1', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  await settle();
  expect(bench.batches).toEqual([]);
});

it('names the video whose logits are not finite, and spares its neighbours', async () => {
  const bench = new Bench(4);
  const [good, nan, infinite] = await Promise.allSettled(['1', 'no number', 'Infinity'].map((name) => bench.ask(name)));
  expect(good?.status).toBe('fulfilled');
  for (const [failed, name] of [
    [nan, 'no number'],
    [infinite, 'Infinity'],
  ] as const) {
    const { reason } = failed as PromiseRejectedResult;
    expect(reason).toBeInstanceOf(DivergedError);
    expect(reason).toMatchObject({ what: 'logits', files: [name] });
  }
});

it('rejects for all of a batch that fails as a whole, and goes on with the next', async () => {
  const bench = new Bench(2);
  const failure = new Error('no memory');
  const failing: ReadClips = () => Promise.reject(failure);
  const found = await Promise.allSettled([
    bench.ask('1', { read: failing, views: 5 }),
    bench.ask('2', { read: failing }),
    bench.ask('3'),
  ]);
  expect(found.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  expect((found[0] as PromiseRejectedResult).reason).toBe(failure);
});
