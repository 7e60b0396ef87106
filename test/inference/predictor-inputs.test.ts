import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError, VideoError } from '../../lib/base/errors';
import { derive } from '../../lib/base/random';
import type { RgbFrames } from '../../lib/data/rgb-frames';
import type { Prediction } from '../../lib/inference/file-views';
import { Predictor, type PredictorOptions, type VideoInput } from '../../lib/inference/predictor';
import type { MovinetModel } from '../../lib/model/movinet-model';
import { loadAddon } from '../../lib/native/addon';
import { suiteFolder } from '../support/suite-folder';
import { tinyMaterial } from './support/tiny-predictors';

const addon = loadAddon();
const { path: folder } = suiteFolder();
let files: string[];
let model: MovinetModel;

beforeAll(async () => {
  ({ files, model } = await tinyMaterial(folder));
});

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
}

async function filesOf(predictions: AsyncIterable<Prediction>): Promise<string[]> {
  const names: string[] = [];
  for await (const { file } of predictions) names.push(file);
  return names;
}

describe('videos that come one by one', () => {
  it('are answered while the next one has not come', async () => {
    using predictor = await Predictor.open(model, { batchSize: 8 });
    let come: (path: string) => void = () => undefined;
    let asked = 0;
    const paths: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise((resolve) => (asked++, (come = (value) => resolve({ done: false, value })))),
      }),
    };
    const predictions = predictor.predictAll(paths);
    for (const [i, file] of files.entries()) {
      const next = predictions.next();
      await settle();
      expect(asked).toBe(i + 1);
      come(file);
      expect(await next).toMatchObject({ done: false, value: { file } });
    }
    await predictions.return(undefined);
  });

  it('are taken in batches as far as they are there, in their order, and few ahead of who takes the answers', async () => {
    using predictor = await Predictor.open(model, { batchSize: 2 });
    let taken = 0;
    async function* paths(): AsyncGenerator<string> {
      for (; taken < 60; taken++) yield await Promise.resolve(files[taken % files.length]!);
    }
    const predictions = predictor.predictAll(paths());
    for (let i = 0; i < 20; i++) {
      const { value } = await predictions.next();
      expect((value as Prediction).file).toBe(files[i % files.length]);
      await settle();
      expect(taken - i).toBeLessThanOrEqual(8);
    }
    expect(await filesOf(predictions)).toHaveLength(40);
    expect(await filesOf(predictor.predictAll(new Set(files)))).toEqual(files);
    expect(await filesOf(predictor.predictAll([]))).toEqual([]);
  });

  it('may be a long list, whose files are indexed ahead', async () => {
    const links = Array.from({ length: 104 }, (_, i) => join(folder, `link-${i}.avi`));
    links.forEach((link, i) => linkSync(files[i % files.length]!, link));
    using predictor = await Predictor.open(model);
    const given = [...links, links[0]!];
    const found: Prediction[] = [];
    for await (const prediction of predictor.predictAll(given)) found.push(prediction);
    expect(found.map(({ file }) => file)).toEqual(given);
    expect(found.filter((prediction) => 'error' in prediction)).toEqual([]);
  });

  it('end with what their iterable throws, after those before', async () => {
    using predictor = await Predictor.open(model);
    const failure = new Error('the list broke off');
    const seen: Prediction[] = [];
    const all = async (): Promise<void> => {
      const paths = (function* () {
        yield files[0]!;
        throw failure;
      })();
      for await (const prediction of predictor.predictAll(paths)) seen.push(prediction);
    };
    await expect(all()).rejects.toBe(failure);
    expect(seen.map(({ file }) => file)).toEqual([files[0]]);
  });
});

describe('frames in memory', () => {
  const noise = (count: number, width: number, height: number): RgbFrames => {
    const random = derive(count);
    const frames = Uint8Array.from({ length: count * width * height * 3 }, () => Math.floor(256 * random.float()));
    return { frames, width, height, frameRate: 10 };
  };
  /** The same as a folder of pictures, which lose nothing. */
  const onDisk = (name: string, { frames, width, height }: RgbFrames): string => {
    const path = join(folder, name);
    mkdirSync(path);
    const bytes = width * height * 3;
    for (let i = 0; i < frames.length / bytes; i++) {
      const picture = [Buffer.from(`P6\n${width} ${height}\n255\n`), frames.subarray(i * bytes, (i + 1) * bytes)];
      writeFileSync(join(path, `${i}.ppm`), Buffer.concat(picture));
    }
    return path;
  };

  it.each([
    ['in-the-middle', {}],
    ['by-time', { clip: { size: 32, frames: 4, every: { seconds: 0.3 }, short: 'zero' } }],
    ['from-a-start', { start: 3 }],
    ['three-squares-of-two-clips', { clipsPerVideo: 2, crops: 3 }],
    ['too-short', { clip: { size: 32, frames: 4, every: { frames: 9 }, short: 'loop' } }],
  ] as [string, PredictorOptions][])(
    'are what a file with the same frames is, to the last bit (%s)',
    async (name, options) => {
      const video = noise(21, 50, 37);
      const path = onDisk(name, video);
      using predictor = await Predictor.open(model, { ...options, reading: { pictureRate: 10 } });
      const found: Prediction[] = [];
      for await (const prediction of predictor.predictAll([path, { ...video, name: path }])) found.push(prediction);
      expect(found[0]).toHaveProperty('probabilities');
      expect(found[1]).toEqual(found[0]);
    },
  );

  it('stand among files, each in its place, and have names', async () => {
    using predictor = await Predictor.open(model, { batchSize: 2 });
    const mine = noise(9, 40, 30);
    const given: VideoInput[] = [files[0]!, mine, files[1]!, { ...mine, name: 'yours' }];
    expect(await filesOf(predictor.predictAll(given))).toEqual([files[0], 'frames', files[1], 'yours']);
  });

  it('that do not reach a start are that video’s error', async () => {
    using predictor = await Predictor.open(model, { start: 30 });
    await expect(predictor.predict({ ...noise(9, 40, 30), name: 'mine' })).rejects.toThrow(
      new VideoError('Cannot classify mine: it has 9 frames: there is no frame 30 to start at', 'mine'),
    );
  });
});

describe('clips that are ready', () => {
  it('give each its probabilities, however many at a time, and stay the caller’s', async () => {
    using predictor = await Predictor.open(model, { batchSize: 2 });
    using clips = addon.createTensor('float32', [5, 4, 32, 32, 3]);
    const values = clips.data() as Float32Array;
    const random = derive(1);
    values.forEach((_, i) => (values[i] = random.float()));
    const found = await predictor.predictClips(clips);
    expect(found).toHaveLength(5);
    for (const [row, probabilities] of found.entries()) {
      using one = addon.createTensor('float32', [1, 4, 32, 32, 3]);
      const length = values.length / 5;
      (one.data() as Float32Array).set(values.subarray(row * length, (row + 1) * length));
      const [alone] = await predictor.predictClips(one);
      probabilities.forEach((value, i) => expect(value).toBeCloseTo(alone![i]!, 5));
      expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    }
    expect(clips.data()).toHaveLength(values.length);
  });

  it.each([
    ['float32', [1, 4, 32, 33, 3]],
    ['float32', [0, 4, 32, 32, 3]],
    ['float32', [4, 32, 32, 3]],
    ['uint8', [1, 4, 32, 33, 3]],
    ['int8', [1, 4, 32, 32, 3]],
  ] as const)('are refused as %s %j', async (dtype, shape) => {
    using predictor = await Predictor.open(model);
    using clips = addon.createTensor(dtype, [...shape]);
    const predicting = predictor.predictClips(clips);
    await expect(predicting).rejects.toBeInstanceOf(UsageError);
    await expect(predicting).rejects.toThrow(
      `This predictor takes clips float32 or uint8 [1 or more, 4, 32, 32, 3], got ${dtype} [${shape.join(', ')}]; open another one for other clips`,
    );
  });
});

it.each([
  ['', /^A path is empty$/],
  ['a\0b', /^A path holds a zero byte: /],
  [undefined, /^A video is a path or \{ frames, width, height \}, got undefined$/],
  [42, /got number$/],
  [{ width: 2, height: 2 }, /got object$/],
  [{ frames: new Uint8Array(11), width: 2, height: 2 }, /11 are no whole number of frames above 0$/],
])('refuses %j, which is no video, and what else is asked for goes on', async (wrong, message) => {
  using predictor = await Predictor.open(model);
  const [refused, good] = await Promise.allSettled([predictor.predict(wrong as string), predictor.predict(files[0]!)]);
  expect(refused.status === 'rejected' && (refused.reason as Error)).toBeInstanceOf(UsageError);
  expect(((refused as PromiseRejectedResult).reason as Error).message).toMatch(message);
  expect(good.status).toBe('fulfilled');
  await expect(predictor.predictAll([files[0]!, wrong as string]).next()).resolves.toMatchObject({ done: false });
  await expect(filesOf(predictor.predictAll([files[0]!, wrong as string]))).rejects.toThrow(message);
});

it('refuses one path where several are asked for', async () => {
  using predictor = await Predictor.open(model);
  for (const wrong of [files[0]!, undefined, 5] as unknown as string[][])
    await expect(predictor.predictAll(wrong).next()).rejects.toThrow(/^Several videos are given as an array/);
});
