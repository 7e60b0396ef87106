import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { derive } from '../../lib/base/random';
import { VideoError } from '../../lib/base/errors';
import { loadVideoDataset } from '../../lib/data/load-video-dataset';
import { ModelStream } from '../../lib/inference/model-stream';
import { Predictor } from '../../lib/inference/predictor';
import { createClassifier, loadModel, saveModel } from '../../lib/model/classifier';
import type { MovinetModel } from '../../lib/model/movinet-model';
import { loadAddon } from '../../lib/native/addon';
import type { Callback } from '../../lib/training/callback';
import { Trainer } from '../../lib/training/trainer';
import { mutate } from '../fuzz/mutate';

/** The material of a soak: a folder of small videos in two parts, and a checkpoint of A0 stream (ReLU6). */
export interface Material {
  readonly folder: string;
  readonly videos: string;
  readonly weights: string;
}

/** Called after each step; whoever calls it waits. */
export type AfterStep = (step: number) => Promise<void>;

export interface Series {
  readonly name: string;
  /** One line. */
  readonly about: string;
  readonly steps: number;
  /** In the short form, of CI. */
  readonly quickSteps: number;
  readonly run: (material: Material, steps: number, after: AfterStep) => Promise<void>;
}

const CLIP = { size: 32, frames: 4, frameStep: 2 } as const;

async function modelOf({ videos, weights }: Material) {
  const data = await loadVideoDataset(videos, { ...CLIP, batchSize: 2, indexCache: false });
  const { classes, train } = data;
  const model = await createClassifier({ model: 'a0-stream-relu6', weights, classes, clip: train.clip });
  return { model, data };
}

/** One long fit, whatever number of epochs that takes. */
async function fit(material: Material, steps: number, after: AfterStep, unfreeze: 'head' | 'all'): Promise<void> {
  const { model, data } = await modelOf(material);
  let step = 0;
  const counter: Callback = {
    name: 'counter',
    critical: true,
    async onBatchEnd({ phase }) {
      if (phase === 'train') await after(++step);
    },
  };
  using trainer = new Trainer({ model, unfreeze, callbacks: [counter] });
  await trainer.fit(data.train, { epochs: Number.MAX_SAFE_INTEGER, maxSteps: steps, validation: data.test });
}

async function decode({ videos }: Material, steps: number, after: AfterStep): Promise<void> {
  const { train } = await loadVideoDataset(videos, { ...CLIP, batchSize: 1, indexCache: false });
  for (let step = 0, epoch = 0; step < steps; epoch++) {
    for await (const batch of train.batches(epoch)) {
      batch.dispose();
      if (++step <= steps) await after(step);
    }
  }
}

async function push(material: Material, steps: number, after: AfterStep): Promise<void> {
  const { model } = await modelOf(material);
  using stream = await ModelStream.open(model);
  using frame = loadAddon().createTensor('float32', [1, 1, CLIP.size, CLIP.size, 3]);
  for (let step = 1; step <= steps; step++) {
    await stream.push(frame);
    await after(step);
  }
}

async function load(material: Material, steps: number, after: AfterStep): Promise<void> {
  const { model } = await modelOf(material);
  const folder = join(material.folder, 'model');
  await saveModel(model, folder);
  for (let step = 1; step <= steps; step++) {
    using predictor = await Predictor.open(await loadModel(folder));
    await predictor.warmUp();
    await after(step);
  }
}

/** Files of every kind of damage, one after the other under one name; some of them still decode. */
async function readBroken(material: Material, steps: number, after: AfterStep): Promise<void> {
  const { model }: { model: MovinetModel } = await modelOf(material);
  using predictor = await Predictor.open(model);
  const below = join(material.videos, 'train');
  const files = (readdirSync(below, { recursive: true }) as string[]).filter((name) => name.endsWith('.avi'));
  const whole = files.map((name) => readFileSync(join(below, name)));
  const broken = join(material.folder, 'broken.avi');
  for (let step = 1; step <= steps; step++) {
    const random = derive(0, 'soak', step);
    writeFileSync(broken, mutate(whole[step % whole.length] as Buffer, random, whole, 1 << 16));
    await predictor.predict(broken).catch((error: unknown) => {
      if (!(error instanceof VideoError)) throw error;
    });
    await after(step);
  }
}

/** Issue 16's table. */
export const SERIES: readonly Series[] = [
  {
    name: 'head-steps',
    about: 'training steps of a head, decoding included',
    steps: 5000,
    quickSteps: 120,
    run: (m, n, after) => fit(m, n, after, 'head'),
  },
  {
    name: 'full-steps',
    about: 'training steps of all stages',
    steps: 500,
    quickSteps: 24,
    run: (m, n, after) => fit(m, n, after, 'all'),
  },
  { name: 'clips', about: 'clips decoded', steps: 2000, quickSteps: 120, run: decode },
  { name: 'pushes', about: 'frames pushed through a stream', steps: 20_000, quickSteps: 300, run: push },
  { name: 'loads', about: 'models loaded, used and closed', steps: 300, quickSteps: 12, run: load },
  {
    name: 'broken-files',
    about: 'damaged files classified, or refused',
    steps: 5000,
    quickSteps: 120,
    run: readBroken,
  },
];
