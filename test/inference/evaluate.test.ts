import { DivergedError } from '../../lib/base/errors';
import { multiLabel, type Task } from '../../lib/base/task';
import type { ClipSource } from '../../lib/data/clip-source';
import { evaluate } from '../../lib/inference/evaluate';
import { FeatureCache } from '../../lib/inference/features/feature-cache';
import { FeatureSpace } from '../../lib/inference/features/feature-rows';
import { readAveragePrecision, readConfusion } from '../../lib/metrics/details';
import { chosenMetrics } from '../../lib/metrics/meters';
import { loadAddon } from '../../lib/native/addon';
import { clip, pixelRunner, PixelSource, TASK } from './support/pixels';

const addon = loadAddon();

// By clips one of four is right, by videos one of two.
const CLIPS = [clip(1, 0, 0.4), clip(1, 1, 0.45), clip(0, 0, 0.9), clip(0, 1, 0.45)];

describe.each([1, 2, 3])('evaluate, of several clips of a video, in batches of %d', (batchSize) => {
  const run = (source: ClipSource, cache?: FeatureCache, task: Task = TASK) =>
    evaluate(pixelRunner, source, { addon, task, cache });

  it('averages their probabilities and losses', async () => {
    const { clips, metrics } = await run(new PixelSource(CLIPS, batchSize));
    expect(clips.map(({ file, index, target }) => [file, index, target])).toEqual([
      ['clip-0', 0, [1]],
      ['clip-1', 1, [1]],
    ]);
    expect(clips[0]?.probabilities[1]).toBeCloseTo((0.9 + 0.45) / 2, 6);
    expect(clips[1]?.probabilities[1]).toBeCloseTo((0.4 + 0.45) / 2, 6);
    expect(metrics).toEqual({ loss: expect.closeTo(0.25, 6) as number, accuracy: 0.5 });
  });

  it('tells of the clips while it runs', async () => {
    const seen: [number, number][] = [];
    await evaluate(pixelRunner, new PixelSource(CLIPS, batchSize), {
      ...{ addon, task: TASK },
      onBatch: ({ clips, metrics }) => void seen.push([clips, metrics['accuracy'] as number]),
    });
    expect(seen.at(-1)).toEqual([4, 0.25]);
  });

  it('tells at its end only what takes long to work out', async () => {
    const names = new Set<string>();
    const { metrics, details } = await evaluate(pixelRunner, new PixelSource(CLIPS, batchSize), {
      ...{ addon, task: TASK, metrics: chosenMetrics(['meanAveragePrecision', 'confusionMatrix']) },
      onBatch: (so) => Object.keys(so.metrics).forEach((name) => names.add(name)),
    });
    expect([...names]).toEqual(['loss', 'balanced_accuracy']);
    // Class a has no clip; all are of class b.
    expect(metrics).toMatchObject({ mean_average_precision: 1, balanced_accuracy: 0.5 });
    expect(readConfusion(details)).toMatchObject({ total: 2, correct: 1 });
    expect(readAveragePrecision(details)?.map(({ support }) => support)).toEqual([0, 2]);
  });

  it('gives the same from kept features, of each clip its own', async () => {
    const source = new PixelSource(CLIPS, batchSize);
    const cache = new FeatureCache();
    const first = await run(source, cache);
    expect(cache.size).toBe(4);
    expect(await run(source, cache)).toEqual(first);
    expect(source.passes).toBe(1);
  });

  it('reads the clips each time where their features have no place', async () => {
    const source = new PixelSource(CLIPS, batchSize);
    const warnings: string[] = [];
    const space = new FeatureSpace({ memoryBytes: 0, folder: '/no such folder' });
    const cache = new FeatureCache(space, (text) => void warnings.push(text));
    const first = await run(source, cache);
    expect(await run(source, cache)).toEqual(first);
    expect([source.passes, cache.complete, cache.size]).toEqual([2, false, 0]);
    expect(warnings).toEqual([expect.stringMatching(/^Features of clips are no longer kept, .*no such folder/)]);
  });

  it('keeps all features where passes run at once and one is ended', async () => {
    const source = new PixelSource(CLIPS, batchSize);
    const cache = new FeatureCache();
    const ended = new AbortController();
    let second: Promise<unknown> | undefined;
    let batches = 0;
    const first = await evaluate(pixelRunner, source, {
      ...{ addon, task: TASK, cache },
      async onBatch() {
        batches += 1;
        if (batches < 2) return;
        // Begins when the first one has kept some, and ends after a batch of its own.
        second ??= evaluate(pixelRunner, source, {
          ...{ addon, task: TASK, cache, signal: ended.signal },
          onBatch: () => ended.abort(),
        }).catch((error: unknown) => error);
        await second;
      },
    });
    expect(await second).toMatchObject({ name: 'AbortError' });
    expect(first.clips).toHaveLength(2);
    expect(await run(source, cache)).toEqual(first);
    expect(source.passes).toBe(2);
  });

  it('takes sigmoids of a multi-label model', async () => {
    const source = new PixelSource([clip(0, 0, 0.9)], batchSize);
    const { clips, metrics } = await run(source, undefined, multiLabel(['a', 'b']));
    expect([...(clips[0]?.probabilities ?? [])]).toEqual([0.5, expect.closeTo(0.9, 6)]);
    expect(metrics['accuracy']).toBe(1);
  });
});

describe('numbers that are none', () => {
  const broken = (bad: number) => [clip(0, 0, 0.9), clip(2, 0, 0.8), { index: 1, view: 0, logits: [0, bad] as const }];

  it.each([NaN, Infinity, -Infinity])('end it with the file that they are of: %d', async (bad) => {
    const counted: number[] = [];
    const error: unknown = await evaluate(pixelRunner, new PixelSource(broken(bad), 2), {
      ...{ addon, task: TASK },
      onBatch: ({ clips }) => void counted.push(clips),
    }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DivergedError);
    expect(error).toMatchObject({ what: 'logits', files: ['clip-1'] });
    expect(counted).toEqual([2]);
  });

  it('of a loss too, and tell where a training run stands', async () => {
    const source = new PixelSource([{ index: 0, view: 0, logits: [NaN, 0] }], 1);
    const at = { epoch: 3, step: 14 };
    await expect(evaluate(pixelRunner, source, { addon, task: TASK, at })).rejects.toMatchObject({
      ...{ what: 'loss', files: ['clip-0'], ...at },
      message: 'NaN or infinite loss after step 14 of epoch 3 (clip-0): a smaller learning rate may help',
    });
  });

  it('are found among kept features too', async () => {
    const source = new PixelSource(broken(NaN), 2);
    const cache = new FeatureCache();
    const run = () => evaluate(pixelRunner, source, { addon, task: TASK, cache });
    await expect(run()).rejects.toThrow(DivergedError);
    await expect(run()).rejects.toThrow(DivergedError);
  });
});
