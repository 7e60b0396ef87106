import { MovinetError } from '../../../lib/base/errors';
import { VideoClipDataset } from '../../../lib/data/video-clip-dataset';
import { VideoIndexer } from '../../../lib/data/video/video-indexer';
import { InferenceSession } from '../../../lib/inference/inference-session';
import { Predictor } from '../../../lib/inference/predictor';
import type { ModelId } from '../../../lib/movinet/options';
import type { ClipInput } from '../model/cases';
import { randomModel } from '../model/export-graphs';
import type { BenchmarkTools, OpenBenchmark, ScriptBenchmark } from './benchmark';
import { clipOf, findVideos } from './videos';

const FILES = 200;

type Part = 'decode' | 'compute' | 'whole';

/** `decode`: the clips that are classified, each once; `compute`: as many clips, the same few again and again. */
async function openPart(part: Part, id: ModelId, input: ClipInput, tools: BenchmarkTools): Promise<OpenBenchmark> {
  const { addon, folder, session } = tools;
  const { files, label } = await findVideos(addon, folder, FILES);
  const model = randomModel(id);
  const { batchSize } = input;
  const clip = clipOf(input);
  const told = { rate: { count: files.length, unit: 'files' }, label };
  if (part === 'whole') {
    const predictor = await Predictor.open(model, { clip, batchSize, session, addon });
    const run = async (): Promise<void> => {
      for await (const prediction of predictor.predictAll(files)) if ('error' in prediction) throw prediction.error;
    };
    return { ...told, run, close: () => predictor.dispose() };
  }
  const batches = () =>
    new VideoClipDataset({
      ...{ clip, batchSize, training: false, task: model.task, addon },
      videos: files.map((path, i) => ({ path, target: [i % model.task.classes.length] })),
      // A new one each time, as each call of a predictor has.
      indexer: new VideoIndexer(files, { addon }),
      allocateTensor: (dtype, shape) => addon.createTensor(dtype, shape),
    }).batches(0);
  if (part === 'decode') {
    const run = async (): Promise<void> => {
      for await (const batch of batches()) batch.dispose();
    };
    return { ...told, run };
  }
  const { value: held } = await batches().next();
  if (held === undefined) throw new MovinetError('No clip of the videos could be read');
  const inference = await InferenceSession.open(addon, model, clip, { config: session });
  const run = async (): Promise<void> => {
    for (let clips = 0; clips < files.length; clips += batchSize) await inference.evaluate(held.clips);
  };
  const close = (): void => {
    inference.dispose();
    held.dispose();
  };
  return { ...told, run, close };
}

/** Videos classified from their files: decoding alone, computing alone, and both at a time. */
export function predictFilesBenchmarks(models: readonly ModelId[], input: ClipInput): ScriptBenchmark[] {
  const shape = `size:${input.size}/frames:${input.frames}/batch:${input.batchSize}`;
  return models.flatMap((model) =>
    (['decode', 'compute', 'whole'] as const).map((part): ScriptBenchmark => ({
      name: `PredictFiles/${part}/${model}/${shape}`,
      open: (tools) => openPart(part, model, input, tools),
    })),
  );
}
