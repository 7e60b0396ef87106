/** A process of its own: works the library from a listing to a stream, and prints how long each step kept the event loop. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as movinet from '../../../lib';
import type { ClipSource } from '../../../lib';
import { measureLoop } from '../../support/loop-meter';

const VIDEOS = 20_000;
const CLASSES = 20;

const [videos, weights] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'movinet-loop-'));
const steps: Record<string, number> = {};

async function step<Result>(name: string, work: () => Result | Promise<Result>): Promise<Result> {
  const { result, longestMs } = await measureLoop(work);
  steps[name] = longestMs;
  return result;
}

/** `CLASSES` folders of links, each to a file of its own. */
function makeLinks(): string {
  const [links, files] = [join(folder, 'links'), join(folder, 'files')];
  mkdirSync(files);
  for (let i = 0; i < VIDEOS; i++) {
    const at = join(links, `class ${i % CLASSES}`);
    if (i < CLASSES) mkdirSync(at, { recursive: true });
    writeFileSync(join(files, `${i}.avi`), 'x');
    symlinkSync(join(files, `${i}.avi`), join(at, `${i}.avi`));
  }
  return links;
}

async function lists(): Promise<void> {
  const links = makeLinks();
  await step('list', () => movinet.listVideoDataset(links, { split: { kind: 'ratio', train: 0.8 } }));
  const dataset = await step('load', () => movinet.loadVideoDataset(links, { split: '0.8', indexCache: false }));
  const train = await step('source', () => dataset.train);
  await step('plan', () => train.planner.plan(1));
  await step('describe', () => train.describe());
}

/** The first batches of a source. */
function firstOf(source: ClipSource, batches: number): ClipSource {
  const { task, clip, deterministic, batchSize } = source;
  return {
    ...{ task, clip, deterministic, batchSize, clipCount: batches * batchSize },
    get report() {
      return source.report;
    },
    ...(source.describe && { describe: source.describe.bind(source) }),
    async *batches(epoch, options) {
      let given = 0;
      for await (const batch of source.batches(epoch, options)) {
        yield batch;
        if (++given === batches) return;
      }
    },
  };
}

async function models(videos: string, weights: string): Promise<void> {
  const data = await movinet.loadVideoDataset(videos, {
    ...{ size: 64, frames: 8, batchSize: 4, split: '0.8', indexCache: false },
  });
  const { classes, train } = data;
  const model = await step('create', () =>
    movinet.createClassifier({ model: 'a0-stream-relu6', classes, weights, clip: train.clip }),
  );
  const source = firstOf(train, 2);
  for (const unfreeze of ['head', 'all'] as const) {
    const trainer = await step(`trainer, ${unfreeze}`, () => new movinet.Trainer({ model, unfreeze }));
    await step(`first fit, ${unfreeze}`, () => trainer.fit(source, { epochs: 1 }));
    await step(`second fit, ${unfreeze}`, () => trainer.fit(source, { epochs: 1 }));
    trainer.dispose();
  }
  const saved = join(folder, 'model');
  await step('save', () => movinet.saveModel(model, saved));
  await step('read', () => movinet.loadModel(saved));
  for (const format of movinet.EXPORT_FORMATS)
    await step(`export, ${format}`, () => movinet.exportModel(model, join(folder, format), format));
  using predictor = await step('predictor', () => movinet.Predictor.open(model));
  const [row] = data.videos.rows;
  await step('predict', () => predictor.predict(row?.path ?? ''));
  using stream = await step('stream', () => movinet.ModelStream.open(model));
  await step('warm up', () => stream.warmUp());
}

async function main(): Promise<void> {
  movinet.loadAddon();
  try {
    await lists();
    if (videos !== undefined && weights !== undefined) await models(videos, weights);
    process.stdout.write(`${JSON.stringify(steps)}\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

void main();
