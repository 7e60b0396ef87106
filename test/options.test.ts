import {
  buildConfusionMatrix,
  chooseDevice,
  classifyStream,
  createClassifier,
  downloadUcf101Subset,
  exportModel,
  listVideoDataset,
  loadModel,
  loadVideoDataset,
  ModelStream,
  openModel,
  Predictor,
  ReconnectingVideo,
  saveModel,
  scoreLabels,
  setProcessThreads,
  UsageError,
  VideoClipDataset,
  VideoFrames,
  type Addon,
  MovinetModel,
  type SplitRule,
} from '../lib';
import { readClassifier } from '../lib/model/classifier';
import { encodeSessionConfig } from '../lib/runtime/session-config';

/** Nothing of it is looked at before the options are. */
const addon = {} as Addon;
const model = Object.assign(Object.create(MovinetModel.prototype) as MovinetModel, {
  ...{ clip: { size: 32 }, architecture: { options: { causal: true } } },
});
const nowhere = '/nowhere';
const neverCalled = (): never => {
  throw new Error('nothing is allocated');
};

type Given = Record<string, unknown>;

/** Each function, with what it gets where the table says nothing of it. */
const takers: Readonly<Record<string, (given: Given) => unknown>> = {
  createClassifier: (given) =>
    createClassifier({ model: 'a0-base', classes: ['a'], weights: nowhere, addon, ...given }),
  readClassifier: (given) => readClassifier({ model: 'a0-base', classes: ['a'], weights: nowhere, addon, ...given }),
  openModel: (given) => openModel('a0-base', { weights: nowhere, addon, ...given }),
  loadModel: ({ folder, ...given }) => loadModel(folder as string, { addon, ...given }),
  saveModel: ({ folder, ...given }) => saveModel(model, folder as string, { addon, ...given }),
  exportModel: ({ folder = nowhere, format = 'checkpoint', ...given }) =>
    exportModel(model, folder as string, format as 'checkpoint', { addon, ...given }),
  listVideoDataset: ({ data = nowhere, ...given }) => listVideoDataset(data as string, given),
  loadVideoDataset: ({ root = nowhere, ...given }) => loadVideoDataset(root as string, { addon, ...given }),
  VideoClipDataset: (given) =>
    new VideoClipDataset({
      ...{ videos: [{ path: '/a.avi', target: [0] }], task: { kind: 'single-label', classes: ['a'] } },
      ...{ addon, allocateTensor: neverCalled, ...given },
    }),
  Predictor: (given) => Predictor.open(model, { addon, ...given }),
  ModelStream: (given) => ModelStream.open(model, { addon, ...given }),
  classifyStream: (given) => classifyStream({} as unknown as ModelStream, (async function* () {})(), given),
  VideoFrames: (given) => VideoFrames.open(nowhere, { size: 32, addon, ...given }),
  ReconnectingVideo: (given) => ReconnectingVideo.open(nowhere, { size: 32, addon, ...given }),
  session: (given) => encodeSessionConfig(given),
  setProcessThreads: ({ count = 2, ...given }) => setProcessThreads(count as number, given),
  downloadUcf101Subset: (given) => downloadUcf101Subset({ url: 'http://127.0.0.1:1/none.zip', ...given }),
  scoreLabels: ({ threshold, classes = ['a'] }) => scoreLabels([], classes as string[], threshold as number),
};

const COUNTS = [0, -1, 1.5, NaN, Infinity, '8', null];
const RATES = [0, -1, NaN, Infinity, '25'];
const SEEDS = [NaN, 0.5, Infinity, 'x'];
const FLAGS = ['yes', 1, null];
const TEXTS = ['', 7, null];
const NAMES = [[], ['a', 'a'], ['a', ''], 'a', [7]];
const TASKS = [{}, { kind: 'single-label' }, { kind: 'single-label', classes: [] }, { kind: 'x', classes: ['a'] }, 3];
const CLIPS = [{ size: 0 }, { ...{ size: 32, frames: 4, every: { frames: 0 } }, short: 'zero' }, 'large'];

/** Of each function: its options, and what is none of each. */
const table: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>> = {
  createClassifier: {
    ...{ classes: NAMES, kind: ['multi'], weights: TEXTS, clip: CLIPS, seed: SEEDS, signal: [{}, true] },
    learning_rate: [1],
  },
  readClassifier: { classes: NAMES, kind: ['multi'], weights: TEXTS, clip: CLIPS },
  openModel: { weights: TEXTS, labels: TEXTS, gating: ['relu'], onDownload: [true], signal: [{}], weight: ['x'] },
  loadModel: { folder: TEXTS },
  saveModel: { folder: TEXTS },
  exportModel: { folder: TEXTS, format: ['onnx', 7], overwrite: [true, 'all'], force: [true] },
  listVideoDataset: {
    ...{ split: ['0.8', { kind: 'half' }, {}], fold: [0, 4, 1.5, NaN], seed: SEEDS, videos: TEXTS, labels: TEXTS },
    ...{ extensions: ['.mp4', [7]], multiLabel: FLAGS, groupBy: TEXTS, lenient: FLAGS, signal: [{}], spilt: ['0.8'] },
    ...{ data: TEXTS, task: TASKS },
  },
  loadVideoDataset: {
    ...{ size: COUNTS, frames: COUNTS, frameStep: COUNTS, frameRate: RATES, short: ['black'], clip: CLIPS },
    pixels: ['int8', 8],
    ...{ batchSize: COUNTS, seed: SEEDS, start: ['middle', 3], clipsPerVideo: COUNTS, evaluationClips: COUNTS },
    ...{
      crops: [0, 2, '3'],
      augment: ['flip'],
      expectedFrameRate: RATES,
      parts: ['train', ['val']],
      decodeThreads: [...COUNTS, 1025],
    },
    ...{
      strict: FLAGS,
      reading: [{ maxPixels: 0 }, { pictureRate: NaN }, { pictureRate: 2e6 }, true],
      indexCache: FLAGS,
      onProgress: [7],
    },
    ...{ root: TEXTS, task: TASKS },
    ...{ split: [0.8, { kind: 'half' }], fold: [0, 4], sise: [32], batch_size: [8] },
  },
  VideoClipDataset: {
    ...{
      size: COUNTS,
      batchSize: COUNTS,
      seed: SEEDS,
      prefetch: [-1, NaN, 1.5],
      decodeThreads: [...COUNTS, 1025],
      crops: [2],
    },
    ...{ start: ['middle', { frame: -1 }, { frame: NaN }, 3], training: FLAGS, shuffle: FLAGS, videos: ['/a.avi'] },
    ...{ expectedFrameRate: RATES, suffle: [true] },
  },
  Predictor: {
    ...{
      clip: CLIPS,
      short: ['cut'],
      pixels: ['float16'],
      start: [-1, 1.5, NaN, 'middle'],
      clipsPerVideo: COUNTS,
      crops: [0, 2, '3'],
    },
    ...{ batchSize: COUNTS, decodeThreads: [...COUNTS, 1025], reading: [{ maxPixels: 0 }, { playlists: true }, 3] },
    ...{ session: [{ intraOpThreads: -3 }, { gpu: 0.5 }, { timeoutSeconds: 0 }, 3], batch: [4], toString: [4] },
  },
  ModelStream: { batch: COUNTS, size: [0, NaN, 1.5, '32', [32], [32, 0], [32, 32, 32]], sise: [32] },
  classifyStream: { memory: RATES, resetEvery: [0, -1, 1.5, NaN], reset_every: [8] },
  VideoFrames: {
    ...{ size: [...COUNTS, undefined], chunk: COUNTS, every: [{}, { frames: 0 }, { seconds: 0 }, { seconds: NaN }, 3] },
    ...{ realtime: FLAGS, maxPixels: [0, 2 ** 27], pictureRate: [-1, NaN], openTimeout: RATES, readTimeout: RATES },
    ...{ allowPlaylists: FLAGS, pixelAspect: FLAGS, signal: [{}], reconnect: [3] },
  },
  ReconnectingVideo: {
    ...{
      size: COUNTS,
      reconnect: [-1, NaN, '3'],
      backOff: [[], [-1], [NaN], 3],
      onLost: [7],
      onBack: [7],
      chunks: [1],
    },
  },
  session: {
    ...{ intraOpThreads: [-3, 1.5, NaN, 1e6], interOpThreads: [-1, NaN], cpuOnly: FLAGS, gpu: [-1, 0.5, NaN] },
    ...{ timeoutSeconds: RATES, xla: FLAGS, threads: [2] },
  },
  setProcessThreads: { count: COUNTS, suggested: FLAGS },
  downloadUcf101Subset: {
    ...{ url: TEXTS, classes: [0, 1.5, NaN, []], filesPerClass: [{ train: 0, test: 1 }, { train: 1 }, 30] },
    ...{ folder: TEXTS, concurrency: COUNTS, retries: [-1, NaN], timeoutMs: RATES, onProgress: [7], class: [3] },
  },
  scoreLabels: { threshold: [-0.1, 1, NaN, '0.5'], classes: NAMES },
};

const cases = Object.entries(table).flatMap(([taker, options]) =>
  Object.entries(options).flatMap(([option, values]) => values.map((value) => [taker, option, value] as const)),
);

it.each(cases)('%s refuses %s %p', async (taker, option, value) => {
  const calling = (async () => await takers[taker]?.({ [option]: value }))();
  await expect(calling).rejects.toThrow(UsageError);
  await expect(calling).rejects.toMatchObject({
    code: 'ERR_USAGE',
    message: expect.stringMatching(new RegExp(`^${taker}: .*\\b${option}\\b[^\\n]*$`)) as unknown,
  });
});

it.each(['a', 'gpu:x', 'cpu:1', '', 'gpu:-1'])('chooseDevice refuses "%s"', async (request) => {
  await expect(chooseDevice(addon, request)).rejects.toThrow(UsageError);
});

it.each<[number, number]>([
  [0, 2],
  [-1, 0],
  [0.5, 0],
  [NaN, 0],
])('buildConfusionMatrix refuses the pair (%p, %p)', (truth, predicted) => {
  expect(() => buildConfusionMatrix([[truth, predicted]], ['a', 'b'])).toThrow(UsageError);
});

it('a rule of a ratio has shares that are some', async () => {
  const split = { kind: 'ratio', train: NaN } as SplitRule;
  await expect(listVideoDataset(nowhere, { split })).rejects.toThrow();
});
