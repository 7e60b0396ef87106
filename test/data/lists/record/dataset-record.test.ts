import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { DatasetError } from '../../../../lib/base/errors';
import {
  DATASET_RECORD,
  type DatasetRecord,
  recordDataset,
  recordJson,
  recordOf,
} from '../../../../lib/data/lists/record/dataset-record';
import { listVideoDataset } from '../../../../lib/data/lists/video-dataset';
import { makeFiles, temporaryFolder } from '../../../io/support/temporary-folder';

const folder = temporaryFolder();

async function written(record: DatasetRecord): Promise<DatasetRecord | undefined> {
  writeFileSync(join(folder(), DATASET_RECORD), await recordJson(record));
  return recordOf(folder());
}

const EMPTY: DatasetRecord = {
  ...{ data: '/data', options: {}, rule: { kind: 'ratio', train: 0.8 }, root: '/data' },
  task: { kind: 'single-label', classes: ['a', 'b'] },
  parts: { train: [], validation: [], test: [] },
};

it('takes down what a data set is: parts, sizes, options and rule', async () => {
  makeFiles(folder(), ['d/a/1.avi', 'd/a/2.avi', 'd/b/1.avi'], 'abc');
  makeFiles(folder(), ['d/b/2.avi'], 'abcd');
  const data = join(folder(), 'd');
  const options = { split: { kind: 'auto' }, seed: 3, groupBy: '^.*$' } as const;
  const index = await listVideoDataset(data, options);
  const record = await recordDataset(data, options, index);
  expect(record).toMatchObject({
    ...{ data, root: data, options, rule: { kind: 'ratio', train: 0.8 } },
    task: { kind: 'single-label', classes: ['a', 'b'] },
  });
  const all = [...record.parts.train, ...record.parts.test].sort((x, y) => (x.path < y.path ? -1 : 1));
  expect(all).toEqual([
    { path: 'a/1.avi', bytes: 3 },
    { path: 'a/2.avi', bytes: 3 },
    { path: 'b/1.avi', bytes: 3 },
    { path: 'b/2.avi', bytes: 4 },
  ]);
  expect([record.parts.train.length, record.parts.validation.length]).toEqual([2, 0]);
  expect(await written(record)).toEqual(record);
});

it('takes the first picture of a folder of pictures, and paths of options as they are meant here', async () => {
  makeFiles(folder(), ['a/clip/2.jpg', 'a/clip/10.jpg'], 'abcd');
  makeFiles(folder(), ['a/clip/1.jpg'], 'ab');
  const row = { path: join(folder(), 'a/clip'), target: [0], part: 'train' } as const;
  const gone = { path: '/elsewhere/x.avi', target: [0], part: 'test', span: [1, 2.5] } as const;
  const index = { ...EMPTY, root: folder(), rows: [row, gone], broken: [], notes: [], warnings: [] };
  const record = await recordDataset('list.csv', { videos: 'videos', labels: 'labels.txt' }, index);
  expect(record.parts).toEqual({
    train: [{ path: 'a/clip', bytes: 2 }],
    validation: [],
    test: [{ path: '/elsewhere/x.avi', bytes: 0, span: [1, 2.5] }],
  });
  expect(record.options).toEqual({ videos: join(process.cwd(), 'videos'), labels: join(process.cwd(), 'labels.txt') });
  expect(record.data).toBe(join(process.cwd(), 'list.csv'));
});

it('reads back whatever it writes', async () => {
  const name = fc.string({ minLength: 1, unit: 'grapheme' });
  const time = fc.double({ min: 0, max: 1e5, noNaN: true });
  const span = fc.tuple(time, fc.oneof(time, fc.constant(Infinity)));
  const video = fc.record({ path: name, bytes: fc.nat(), span, weight: time }, { requiredKeys: ['path', 'bytes'] });
  const videos = fc.array(video, { maxLength: 5 });
  const parts = fc.record({ train: videos, validation: videos, test: videos });
  const options = fc.record(
    { seed: fc.integer(), groupBy: name, fold: fc.nat(), extensions: fc.array(name), multiLabel: fc.boolean() },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(parts, options, fc.uniqueArray(name, { minLength: 1 }), async (drawn, given, classes) => {
      const record: DatasetRecord = { ...EMPTY, parts: drawn, options: given, task: { kind: 'multi-label', classes } };
      expect(await written(record)).toEqual(record);
    }),
    { numRuns: 50 },
  );
});

it('is found by the run and by its model, and by nothing else', async () => {
  mkdirSync(join(folder(), 'model'));
  mkdirSync(join(folder(), 'other'));
  expect(await recordOf(join(folder(), 'model'))).toBeUndefined();
  await written(EMPTY);
  expect(await recordOf(folder())).toEqual(EMPTY);
  expect(await recordOf(`${folder()}/model/`)).toEqual(EMPTY);
  expect(await recordOf(join(folder(), 'other'))).toBeUndefined();
  expect(await recordOf('a0-base')).toBeUndefined();
  expect(await recordOf(join(folder(), DATASET_RECORD))).toBeUndefined();
});

it.each([
  [
    'half of it',
    (text: string) => text.slice(0, 100),
    /is damaged: it is no JSON\. Restore it, or remove it and name `data`$/,
  ],
  ['a newer one', (text: string) => text.replace('"format": 1', '"format": 2'), /perhaps of a newer version/],
  ['another rule', (text: string) => text.replace('"rule": "0.8"', '"rule": "auto"'), /rule: auto is no rule/],
  ['an unknown rule', (text: string) => text.replace('"rule": "0.8"', '"rule": "x"'), /rule: Unknown split "x"/],
  ['a video without a size', (text: string) => text.replace('"train": []', '"train": [["a"]]'), /parts\.train\.0/],
  ['a span of no number', (text: string) => text.replace('"train": []', '"train": [["a",1,2,"x"]]'), /parts\.train\.0/],
  ['a negative weight', (text: string) => text.replace('"train": []', '"train": [["a",1,-2]]'), /parts\.train\.0/],
  ['no parts', (text: string) => text.replace('"parts"', '"pieces"'), /parts: /],
])('refuses %s', async (_, change, message) => {
  writeFileSync(join(folder(), DATASET_RECORD), change(await recordJson(EMPTY)));
  const reading = recordOf(folder());
  await expect(reading).rejects.toThrow(DatasetError);
  await expect(reading).rejects.toThrow(message);
});

it.each(['{"images": [], "annotations": []}', '[]', '{"format": "coco", "parts": {}}'])(
  'passes over what another program wrote: %s',
  async (text) => {
    mkdirSync(join(folder(), 'model'));
    writeFileSync(join(folder(), 'model', DATASET_RECORD), text);
    expect(await recordOf(join(folder(), 'model'))).toBeUndefined();
    await written(EMPTY);
    expect(await recordOf(join(folder(), 'model'))).toEqual(EMPTY);
  },
);

it('says that it cannot be read', async () => {
  mkdirSync(join(folder(), DATASET_RECORD));
  await expect(recordOf(folder())).rejects.toThrow(/^Cannot read .*dataset\.json: EISDIR/);
});
