import { MovinetError } from '../../../lib/base/errors';
import type { ClipBatch } from '../../../lib/data/clip-source';
import { VideoClipDataset } from '../../../lib/data/video-clip-dataset';
import { VideoIndexer } from '../../../lib/data/video/video-indexer';
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
import { clipOf, findVideos } from './videos';

/** As many as the C++ benchmarks read. */
const VIDEOS = 16;

/** The parts of an epoch of training a new head. */
type EpochPart = 'decode' | 'compute' | 'whole';

async function openEpoch(
  part: EpochPart,
  id: ModelId,
  input: ClipInput,
  { addon, folder, session }: BenchmarkTools,
): Promise<OpenBenchmark> {
  const { files, label } = await findVideos(addon, folder, VIDEOS);
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

/** An epoch that trains a new head from videos: decoding alone, computing alone, and both at a time. */
export function headEpochBenchmarks(models: readonly ModelId[], input: ClipInput): ScriptBenchmark[] {
  const shape = `size:${input.size}/frames:${input.frames}/batch:${input.batchSize}`;
  return models.flatMap((model) =>
    (['decode', 'compute', 'whole'] as const).map((part): ScriptBenchmark => ({
      name: `HeadEpoch/${part}/${model}/${shape}`,
      open: (tools) => openEpoch(part, model, input, tools),
    })),
  );
}
