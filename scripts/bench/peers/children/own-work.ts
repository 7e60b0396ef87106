import { readFile } from 'node:fs/promises';
import { MovinetError } from '../../../../lib/base/errors';
import { InferenceSession } from '../../../../lib/inference/inference-session';
import { ModelStream } from '../../../../lib/inference/model-stream';
import { categoricalCrossEntropy, losses } from '../../../../lib/learning/loss';
import { adam, optimizers } from '../../../../lib/learning/optimizer';
import type { MovinetModel } from '../../../../lib/model/movinet-model';
import type { Addon } from '../../../../lib/native/addon';
import type { NativeTensor } from '../../../../lib/native/tensor';
import type { SessionConfig } from '../../../../lib/runtime/session-config';
import { stagesToTrain } from '../../../../lib/training/step/stages';
import { kernelsFor } from '../../../../lib/runtime/session-kernels';
import { buildStepGraph } from '../../../../lib/training/step/step-graph';
import { StepProgram } from '../../../../lib/training/step/step-program';
import type { OpenRequest, VideoWork } from './messages';
import { modelOf, shapeOfInput } from '../inputs/model-files';
import { isDecoding, type ModelWork } from '../works';

/** A work that is ready: what is compared before it is timed, and the work itself, once. */
export interface ReadyWork {
  readonly numbers: readonly number[];
  readonly once: () => Promise<unknown>;
}

/** Frames that a reader is asked for at a time. */
const CHUNK = 16;

/** Gets our own side of a work ready, by what a user of the library would use. */
export async function openOwnWork(addon: Addon, request: OpenRequest): Promise<ReadyWork> {
  const { work, threads, precision, video } = request;
  if (isDecoding(work)) {
    if (video === undefined) throw new MovinetError('no videos were given');
    return openDecoding(addon, work.kind === 'clips' ? decodeClips : readAll, video, work.size, threads);
  }
  const model = await modelOf(addon, work, request.weights);
  const input = new Float32Array((await readFile(request.input ?? '')).buffer);
  const config: SessionConfig = { precision, cpuOnly: true };
  switch (work.kind) {
    case 'forward':
      return openForward(addon, work, model, input, config);
    case 'frame':
      return openFrame(addon, work, model, input, config, request.compared);
    case 'head-step':
    case 'full-step':
    case 'batch-norm-step':
      return openStep(addon, work, model, input, config, request);
  }
}

function tensorOf(addon: Addon, shape: number[], values: Float32Array): NativeTensor {
  const tensor = addon.createTensor('float32', shape);
  (tensor.data() as Float32Array).set(values);
  return tensor;
}

async function openForward(
  addon: Addon,
  work: ModelWork,
  model: MovinetModel,
  input: Float32Array,
  config: SessionConfig,
): Promise<ReadyWork> {
  const session = await InferenceSession.open(addon, model, work, { config });
  const clips = tensorOf(addon, shapeOfInput(work), input);
  const once = () => session.evaluate(clips);
  return { numbers: [...(await once()).logits], once };
}

async function openFrame(
  addon: Addon,
  work: ModelWork,
  model: MovinetModel,
  input: Float32Array,
  session: SessionConfig,
  compared: number,
): Promise<ReadyWork> {
  const stream = await ModelStream.open(model, { addon, session, batch: work.clips, size: work.size });
  const length = input.length / compared;
  const frames = Array.from({ length: compared }, (_, i) =>
    tensorOf(addon, shapeOfInput(work), input.subarray(i * length, (i + 1) * length)),
  );
  let numbers: readonly number[] = [];
  for (const frame of frames) numbers = [...(await stream.push(frame))];
  return { numbers, once: () => stream.push(frames[0]!) };
}

async function openStep(
  addon: Addon,
  work: ModelWork,
  model: MovinetModel,
  input: Float32Array,
  config: SessionConfig,
  { classes, compared }: OpenRequest,
): Promise<ReadyWork> {
  const graph = await buildStepGraph(addon, {
    ...{ model: model.options, weights: model.weights, clipShape: work, seed: 0 },
    trainable: stagesToTrain(model.architecture, work.kind === 'head-step' ? 'head' : 'all'),
    batchNorm: work.kind === 'batch-norm-step' ? 'train' : 'frozen',
    loss: losses.build(categoricalCrossEntropy()),
    optimizer: optimizers.build(adam()),
    kernels: kernelsFor(config),
  });
  const program = await StepProgram.open(addon, graph, model.weights, config);
  const inputs = tensorOf(addon, shapeOfInput(work), input);
  const targets = new Float32Array(work.clips * classes);
  for (let clip = 0; clip < work.clips; clip++) targets[clip * classes + (clip % classes)] = 1;
  const once = () => program.trainBatch({ inputs, kind: 'clips', targets });
  const numbers: number[] = [];
  for (let step = 0; step < compared; step++) {
    const outcome = await once();
    numbers.push(outcome.losses.reduce((sum, loss) => sum + loss, 0) / work.clips);
  }
  return { numbers, once };
}

type Decode = (addon: Addon, video: VideoWork, size: number, threads: number) => Promise<number[]>;

async function openDecoding(
  addon: Addon,
  decode: Decode,
  video: VideoWork,
  size: number,
  threads: number,
): Promise<ReadyWork> {
  const once = () => decode(addon, video, size, threads);
  return { numbers: await once(), once };
}

/** The frames of each file: as many files at a time as there are threads, as a reader decodes on one. */
async function readAll(addon: Addon, { files }: VideoWork, size: number, threads: number): Promise<number[]> {
  const counts = files.map(() => 0);
  const waiting = [...files.entries()];
  const worker = async (): Promise<void> => {
    using frames = addon.createTensor('uint8', [1, CHUNK, size, size, 3]);
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [place, file] = next;
      using reader = await addon.openVideo(file);
      for (let count = CHUNK; count === CHUNK;) {
        count = await reader.read(frames, CHUNK, 1);
        counts[place]! += count;
      }
    }
  };
  await Promise.all(Array.from({ length: threads }, worker));
  return counts;
}

/** The frames of each clip; every file is opened anew, as the others do. */
async function decodeClips(addon: Addon, video: VideoWork, size: number, threads: number): Promise<number[]> {
  const { files, clips } = video;
  using decoder = addon.createClipDecoder(threads);
  using batch = addon.createTensor('uint8', [clips.length, clips[0]!.frames.length, size, size, 3]);
  const requests = clips.map(({ file, frames }, slot) => ({ path: files[file]!, frames, slot }));
  const results = await decoder.decode(requests, batch);
  return results.map((result) => {
    if (!result.ok) throw new MovinetError(result.error);
    return result.decodedFrames;
  });
}
