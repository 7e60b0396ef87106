import { mkdtempSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VideoError } from '../../lib/base/errors';
import { horizontalFlip, mixUp } from '../../lib/data/augmentation/augmentations';
import { type LoadedVideoDataset, loadVideoDataset } from '../../lib/data/load-video-dataset';
import type { Callback } from '../../lib/training/callback';
import { Trainer } from '../../lib/training/trainer';
import { addon, tinyModel } from './support/brightness';
import { VIDEO_CLIP, writeMotionVideos } from './support/motion-videos';
import { comparable } from './support/snapshots';

const EPOCHS = 3;
const BATCHES = 5;

let folder = '';
let videos = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'movinet-broken-'));
  videos = await writeMotionVideos(folder);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const load = (): Promise<LoadedVideoDataset> =>
  loadVideoDataset(videos, {
    ...{ ...VIDEO_CLIP, batchSize: 4, seed: 3, strict: true, addon },
    augment: [horizontalFlip({}), mixUp({})],
  });

it('a video that breaks while it is trained on ends the run; mended, the run goes on as if nothing had been', async () => {
  const data = await load();
  const model = tinyModel([...data.classes], { dropoutRate: 0.3 }).withClip(data.train.clip);
  const options = { model, addon, seed: 5 };
  using straight = new Trainer(options);
  await straight.fit(data.train, { epochs: EPOCHS });
  const wanted = comparable(await straight.snapshot());

  const path = data.videos.rows.find(({ part }) => part === 'train')?.path ?? '';
  const whole = await readFile(path);
  const breaking: Callback = {
    name: 'breaking',
    onEpochEnd: ({ epoch }) => (epoch === 1 ? writeFile(path, 'no video') : undefined),
  };
  using trainer = new Trainer({ ...options, callbacks: [breaking] });
  const error = await trainer.fit((await load()).train, { epochs: EPOCHS }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(VideoError);
  expect((error as VideoError).message).toContain(path);
  const { epoch, batch, step } = trainer.state;
  expect(epoch).toBe(1);
  expect(batch).toBeLessThan(BATCHES);
  expect(step).toBe(BATCHES + batch);
  const snapshot = await trainer.snapshot();

  await writeFile(path, whole);
  await trainer.fit((await load()).train, { untilEpoch: EPOCHS });
  expect(comparable(await trainer.snapshot())).toEqual(wanted);
  using other = new Trainer(options);
  await other.restore(snapshot);
  await other.fit((await load()).train, { untilEpoch: EPOCHS });
  expect(comparable(await other.snapshot())).toEqual(wanted);
});
