import { DatasetError } from '../../lib/base/errors';
import { multiLabel, singleLabel } from '../../lib/base/task';
import { checkedBatches } from '../../lib/data/checked-batches';
import { type BatchOptions, type ClipBatch, type ClipSource, createClipBatch } from '../../lib/data/clip-source';
import type { DType, NativeTensor } from '../../lib/native/tensor';

/** Tensors that are alive. */
let live = 0;

function tensor(shape: number[], value: number, dtype: DType = 'float32'): NativeTensor {
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value);
  live += 1;
  const dispose = (): void => void (live -= 1);
  const byteLength = data.byteLength;
  const copy = data.slice.bind(data);
  return { dtype, shape, byteLength, data: () => data, copy, strings: () => [], dispose, [Symbol.dispose]: dispose };
}

type Parts = Parameters<typeof createClipBatch>[0];

/** Two clips of class 1. */
function parts(batch: number, changes: Partial<Parts> = {}): Parts {
  return {
    ...{ batch, targets: Float32Array.of(0, 1, 0, 1), files: ['a', 'b'], indices: [0, 1], views: [0, 0] },
    ...(changes.clips === undefined && { clips: tensor([2, 3, 4, 4, 3], 0.5) }),
    ...changes,
  } as Parts;
}

/** Of three batches of two clips, those that `make` gives. */
function sourceOf(make: (options: BatchOptions) => AsyncIterable<Parts>, task = singleLabel(['x', 'y'])): ClipSource {
  return {
    task,
    ...{ clipCount: 6, batchSize: 2, deterministic: true },
    clip: { size: 4, frames: 3, every: { frames: 1 }, short: 'zero' },
    report: {} as ClipSource['report'],
    async *batches(_, options = {}) {
      for await (const each of make(options)) yield createClipBatch(each);
    },
  };
}

const listed = (...batches: Parts[]): ClipSource =>
  sourceOf(async function* () {
    yield* batches;
  });

async function read(source: ClipSource, options?: BatchOptions): Promise<number[]> {
  const numbers: number[] = [];
  for await (const batch of checkedBatches(source, 0, options)) {
    using owned: ClipBatch = batch;
    numbers.push(owned.batch);
  }
  return numbers;
}

beforeEach(() => {
  live = 0;
});

describe('the batches of a source', () => {
  it('pass as they are; those without clips are left out', async () => {
    const empty = { targets: new Float32Array(0), files: [], indices: [], views: [] };
    const clips = tensor([0, 3, 4, 4, 3], 0);
    expect(await read(listed(parts(0), parts(1, { ...empty, clips }), parts(2)))).toEqual([0, 2]);
    expect(live).toBe(0);
    expect(await read(listed(parts(0, { clips: tensor([2, 3, 4, 4, 3], 200, 'uint8') })))).toEqual([0]);
    expect(await read(listed())).toEqual([]);
    expect(await read(listed(parts(2)), { from: 1 })).toEqual([2]);
  });

  it.each<[string, () => Parts, RegExp]>([
    [
      'of another shape',
      () => parts(0, { clips: tensor([2, 3, 5, 4, 3], 0.5) }),
      /\[2, 3, 5, 4, 3\], not float32 or uint8 \[2, 3, 4, 4, 3\]/,
    ],
    ['of fewer clips', () => parts(0, { clips: tensor([1, 3, 4, 4, 3], 0.5) }), /\[1, 3, 4, 4, 3\], not/],
    ['of another dtype', () => parts(0, { clips: tensor([2, 3, 4, 4, 3], 1, 'int32') }), /clips int32/],
    [
      'with pixels up to 255',
      () => parts(0, { clips: tensor([2, 3, 4, 4, 3], 128) }),
      /A pixel of a is 128: clips are RGB from 0 to 1/,
    ],
    ['with pixels that are none', () => parts(0, { clips: tensor([2, 3, 4, 4, 3], NaN) }), /A pixel of a is NaN/],
    [
      'with a label outside the classes',
      () => parts(0, { targets: Float32Array.of(0, 1, 0, 0) }),
      /targets of b sum to 0, not 1: has it a label outside the 2 classes/,
    ],
    ['with two labels', () => parts(0, { targets: Float32Array.of(1, 1, 0, 1) }), /targets of a sum to 2, not 1/],
    [
      'with targets that are none',
      () => parts(0, { targets: Float32Array.of(0, 1, NaN, 1) }),
      /A target of b is NaN: each is a share from 0 to 1/,
    ],
    ['with targets below 0', () => parts(0, { targets: Float32Array.of(-1, 2, 0, 1) }), /A target of a is -1/],
    ['with targets of other classes', () => parts(0, { targets: Float32Array.of(0, 1) }), /2 targets, not 4/],
    [
      'with a negative weight',
      () => parts(0, { weights: Float32Array.of(1, -1) }),
      /The weight of b is -1: expected a finite/,
    ],
    [
      'with a weight that is none',
      () => parts(0, { weights: Float32Array.of(Infinity, 1) }),
      /weight of a is Infinity/,
    ],
    ['with a weight too few', () => parts(0, { weights: Float32Array.of(1) }), /1 weights, not 2/],
    ['without files', () => parts(0, { files: [] }), /0 files, not 2/],
    ['without views', () => parts(0, { views: [0] }), /1 views, not 2/],
    ['that were due before', () => parts(-1), /batch -1 where one of 0 to 2 was due: of 6 clips, 2 a batch/],
    ['without a number', () => parts(NaN), /batch NaN/],
  ])('%s are refused, and freed', async (_, make, message) => {
    const reading = read(listed(make()));
    await expect(reading).rejects.toThrow(DatasetError);
    await expect(reading).rejects.toThrow(message);
    expect(live).toBe(0);
  });

  it('may have any number of labels where the task is so', async () => {
    const source = sourceOf(
      async function* () {
        yield parts(0, { targets: Float32Array.of(1, 1, 0, 0) });
      },
      multiLabel(['x', 'y']),
    );
    expect(await read(source)).toEqual([0]);
  });

  it('come to an end, even of a source that knows none', async () => {
    const endless = sourceOf(async function* () {
      for (let batch = 0; ; batch++) yield parts(batch);
    });
    await expect(read(endless)).rejects.toThrow(/goes on after its 3 batches: it has 6 clips, 2 a batch/);
    const repeating = sourceOf(async function* () {
      for (;;) yield parts(0);
    });
    await expect(read(repeating)).rejects.toThrow(/batch 0 where one of 1 to 2 was due/);
    expect(live).toBe(0);
  });

  it('are not waited for once nobody wants them: what comes late is freed', async () => {
    const controller = new AbortController();
    let late: (batch: Parts) => void = () => undefined;
    const source = sourceOf(async function* () {
      yield parts(0);
      setImmediate(() => controller.abort(new Error('enough')));
      yield await new Promise<Parts>((resolve) => (late = resolve));
    });
    const reading = read(source, { signal: controller.signal });
    await expect(reading).rejects.toThrow('enough');
    late(parts(1));
    await new Promise(setImmediate);
    expect(live).toBe(0);
  });

  it('of a source that is told to end are released before the caller goes on', async () => {
    let released = false;
    const source = sourceOf(async function* () {
      try {
        yield parts(0);
        yield parts(1);
      } finally {
        await new Promise(setImmediate);
        released = true;
      }
    });
    for await (const batch of checkedBatches(source, 0)) {
      batch.dispose();
      break;
    }
    expect(released).toBe(true);
  });
});
