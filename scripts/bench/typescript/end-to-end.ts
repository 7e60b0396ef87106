import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MovinetError } from '../../../lib/base/errors';
import type { ClipBatch } from '../../../lib/data/clip-source';
import { VideoClipDataset } from '../../../lib/data/video-clip-dataset';
import { VideoIndexer } from '../../../lib/data/video/video-indexer';
import { Predictor } from '../../../lib/inference/predictor';
import { categoricalCrossEntropy, losses } from '../../../lib/learning/loss';
import { adam, optimizers } from '../../../lib/learning/optimizer';
import type { ModelId } from '../../../lib/movinet/options';
import type { Addon } from '../../../lib/native/addon';
import { buildStepGraph } from '../../../lib/training/step/step-graph';
import { StepProgram } from '../../../lib/training/step/step-program';
import { kernelsFor } from '../../../lib/runtime/session-kernels';
import { stagesToTrain } from '../../../lib/training/step/stages';
import type { ClipInput } from '../model/cases';
import { randomModel } from '../model/export-graphs';
import type { BenchmarkTools, OpenBenchmark, ScriptBenchmark } from './benchmark';

/** As many as the C++ benchmarks read. */
const VIDEOS = 16;
/** Every so many frames of a video one is in a clip: short enough for all of UCF101. */
const STEP = 10;
const ASSETS = process.env['MOVINET_ASSETS'] ?? join(__dirname, '..', '..', '..', '..', 'shared');

interface Videos {
  readonly files: readonly string[];
  readonly label: string;
}

/** UCF101's, spread over the classes, where they are; else some that are drawn. */
async function findVideos(addon: Addon, folder: string): Promise<Videos> {
  const root = join(ASSETS, 'videos', 'ucf101');
  if (existsSync(root)) {
    const all = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.avi')).sort();
    const every = Math.max(1, Math.floor(all.length / VIDEOS));
    const some = all.filter((_, i) => i % every === 0).slice(0, VIDEOS);
    if (some.length === VIDEOS) return { files: some.map((name) => join(root, name)), label: 'UCF101' };
  }
  const files = Array.from({ length: VIDEOS }, (_, i) => join(folder, `${i}.avi`));
  for (const [i, file] of files.entries()) await drawVideo(addon, file, i);
  return { files, label: 'generated' };
}

async function drawVideo(addon: Addon, path: string, shift: number): Promise<void> {
  const [width, height] = [320, 240];
  const writer = await addon.createVideoWriter(path, { width, height, fps: 25, fourcc: 'MJPG' });
  for (let frame = 0; frame < 100; frame++) {
    const rgb = new Uint8Array(width * height * 3);
    for (let i = 0; i < rgb.length; i++) rgb[i] = (i % (width * 3)) + 3 * frame + 11 * shift;
    await writer.write(rgb);
  }
  await writer.close();
}

const clipOf = ({ size, frames }: ClipInput) => ({ size, frames, every: { frames: STEP }, short: 'zero' as const });

async function openPredict(model: ModelId, input: ClipInput, tools: BenchmarkTools): Promise<OpenBenchmark> {
  const { addon, folder, session } = tools;
  const { files, label } = await findVideos(addon, folder);
  const { batchSize } = input;
  const predictor = await Predictor.open(randomModel(model), { clip: clipOf(input), batchSize, session, addon });
  const run = async (): Promise<void> => {
    for await (const prediction of predictor.predictAll(files)) if ('error' in prediction) throw prediction.error;
  };
  return { run, rate: { count: files.length, unit: 'files' }, label, close: () => predictor.dispose() };
}

/** The parts of an epoch of training a new head. */
type EpochPart = 'decode' | 'compute' | 'whole';

async function openEpoch(
  part: EpochPart,
  id: ModelId,
  input: ClipInput,
  { addon, folder, session }: BenchmarkTools,
): Promise<OpenBenchmark> {
  const { files, label } = await findVideos(addon, folder);
  const model = randomModel(id);
  const source = new VideoClipDataset({
    // Some batches, so that decoding and computing overlap for most of the time.
    ...{ clip: clipOf(input), batchSize: input.batchSize, clipsPerVideo: 3, training: true, task: model.task, addon },
    videos: files.map((path, i) => ({ path, target: [i % model.task.classes.length] })),
    // What is drawn is gone afterwards: nothing of it is kept for later runs.
    indexer: new VideoIndexer(files, { addon, cache: false }),
    allocateTensor: (dtype, shape) => addon.createTensor(dtype, shape),
  });
  const rate = { count: source.clipCount, unit: 'clips' };
  let epoch = 0;
  if (part === 'decode') {
    const run = async (): Promise<void> => {
      for await (const batch of source.batches(epoch++)) batch.dispose();
    };
    return { run, rate, label };
  }
  const program = await openProgram(addon, model, input, session);
  const learn = ({ clips, targets }: ClipBatch): Promise<unknown> =>
    program.trainBatch({ inputs: clips, kind: 'clips', targets });
  if (part === 'whole') {
    const run = async (): Promise<void> => {
      for await (const batch of source.batches(epoch++)) {
        using owned = batch;
        await learn(owned);
      }
    };
    return { run, rate, label, close: () => program.dispose() };
  }
  const held: ClipBatch[] = [];
  for await (const batch of source.batches(0)) held.push(batch);
  if (held.length === 0) throw new MovinetError('No clip of the videos could be read');
  const run = async (): Promise<void> => {
    for (const batch of held) await learn(batch);
  };
  const close = (): void => {
    program.dispose();
    held.forEach((batch) => batch.dispose());
  };
  return { run, rate, label, close };
}

async function openProgram(
  addon: Addon,
  { options, weights, architecture }: ReturnType<typeof randomModel>,
  { size, frames }: ClipInput,
  session: BenchmarkTools['session'],
): Promise<StepProgram> {
  const graph = await buildStepGraph(addon, {
    ...{ model: options, weights, seed: 0, clipShape: { size, frames } },
    trainable: stagesToTrain(architecture, 'head'),
    loss: losses.build(categoricalCrossEntropy()),
    optimizer: optimizers.build(adam()),
    kernels: kernelsFor(session),
  });
  return await StepProgram.open(addon, graph, weights, session);
}

/**
 * Videos classified from their files, and an epoch that trains a new head from them: decoding alone, computing alone, and both at a time, where the longer of the two
 * is the limit.
 */
export function endToEndBenchmarks(models: readonly ModelId[], input: ClipInput): ScriptBenchmark[] {
  const shape = `size:${input.size}/frames:${input.frames}/batch:${input.batchSize}`;
  return models.flatMap((model) => [
    { name: `PredictFiles/${model}/${shape}`, open: (tools) => openPredict(model, input, tools) },
    ...(['decode', 'compute', 'whole'] as const).map((part): ScriptBenchmark => ({
      name: `HeadEpoch/${part}/${model}/${shape}`,
      open: (tools) => openEpoch(part, model, input, tools),
    })),
  ]);
}
