import { singleLabel } from '../../../lib/base/task';
import { FIRST_STEP } from '../../../lib/graph/step-inputs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { derive } from '../../../lib/base/random';
import { encodeSessionConfig, type SessionConfig } from '../../../lib/runtime/session-config';
import { kernelsFor } from '../../../lib/runtime/session-kernels';
import { ringShapes, stateShapes } from '../../../lib/inference/saved-state';
import { ringSlots } from '../../../lib/movinet/network/build-context';
import { buildInferenceGraph, type InferenceGraph } from '../../../lib/movinet/inference-graph';
import { initialWeights } from '../../../lib/movinet/initialize';
import { architectureOf } from '../../../lib/movinet/describe-movinet';
import { createModel, type MovinetModel } from '../../../lib/model/movinet-model';
import type { ModelId } from '../../../lib/movinet/options';
import type { Addon } from '../../../lib/native/addon';
import { type Kernels, PLAIN_KERNELS } from '../../../lib/native/kernels';
import { categoricalCrossEntropy, losses } from '../../../lib/learning/loss';
import { adam, optimizers } from '../../../lib/learning/optimizer';
import { stagesToTrain } from '../../../lib/training/step/stages';
import { buildStepGraph, type StepGraph } from '../../../lib/training/step/step-graph';
import type { ClipInput, ModelCase, Work } from './cases';
import {
  formatManifest,
  type ManifestBenchmark,
  type ManifestFeed,
  type ManifestGraph,
  type ManifestState,
} from './manifest';

/** As many as the tutorial's. */
const CLASSES = Array.from({ length: 10 }, (_, index) => `class${index}`);

/**
 * Random numbers as a trained model has them, so that no file is needed. Not the official initial values: TensorFlow takes a bias of zeros or a
 * scale of ones out of the graph, and what is left is faster than any trained model.
 */
export function randomModel(id: ModelId, classes: readonly string[] = CLASSES): MovinetModel {
  const architecture = architectureOf(id, classes.length);
  const uniform = (path: string) => {
    const random = derive(0, path);
    return () => random.float();
  };
  const weights = initialWeights(architecture, { uniform, reZero: 1 });
  for (const parameter of architecture.parameters.filter(({ role }) => role !== 'kernel')) {
    const random = derive(0, parameter.path);
    const { shape, data } = weights.get(parameter);
    weights.set(parameter.path, { shape, data: data.map((value) => value + random.between(-0.1, 0.1)) });
  }
  return createModel({ id, task: singleLabel(classes) }, weights);
}

function clipsFeed(output: string, { size, frames, batchSize }: ClipInput): ManifestFeed {
  return { output, shape: [batchSize, frames, size, size, 3], fill: 'uniform', number: 1 };
}

function forwardBenchmark(graph: InferenceGraph, { name, work, input, stage }: ModelCase): ManifestBenchmark {
  const whole = {
    name,
    count: input.batchSize,
    unit: 'clips',
    feeds: [clipsFeed(graph.clips, input)],
    targets: [],
  } as const;
  if (work !== 'StageForward') return { ...whole, fetches: [work === 'Forward' ? graph.logits : graph.features] };
  const index = graph.stages.findIndex((one) => one.stage === stage);
  const { output } = graph.stages[index]!;
  const before = graph.stages[index - 1]?.output;
  if (before === undefined) return { ...whole, fetches: [output] };
  // Clips as well: how many frames each has is read off them.
  const [, ...frame] = graph.builder.shape(before)!;
  const shape = [input.batchSize * input.frames, ...frame];
  const feeds = [...whole.feeds, { output: before, shape, fill: 'uniform', number: 1 } as const];
  return { ...whole, feeds, fetches: [output] };
}

function trainingBenchmark(graph: StepGraph, { name, work, input }: ModelCase): ManifestBenchmark {
  const { batchSize } = input;
  const features = [batchSize, graph.architecture.variant.headFilters];
  return {
    ...{ name, count: batchSize, unit: 'clips' },
    feeds: [
      work === 'HeadTrainingStepOnFeatures'
        ? { output: graph.features, shape: features, fill: 'uniform', number: 1 }
        : clipsFeed(graph.clips, input),
      { output: graph.targets, shape: [batchSize, CLASSES.length], fill: 'value', number: 1 / CLASSES.length },
      { output: graph.weights, shape: [batchSize], fill: 'value', number: 1 },
      { output: graph.gradients.scale, shape: [], fill: 'value', number: 1 },
      ...graph.stepInputs.map(({ placeholder, value }) => ({
        output: placeholder,
        shape: [],
        fill: 'value' as const,
        number: value(FIRST_STEP),
      })),
    ],
    fetches: [graph.training.logits, graph.training.losses],
    targets: [graph.step],
  };
}

function streamBenchmark(graph: InferenceGraph, { name, input }: ModelCase): ManifestBenchmark {
  const frame = { size: input.size, frames: 1, batchSize: 1 };
  const shapes = stateShapes(graph.states, 1);
  const states = graph.states.map(
    // A network gives every state that it reads a new value.
    ({ input, output }, i): ManifestState => ({ ...shapes[i]!, input, output: output as string }),
  );
  const { states: rings, begins } = graph.rings;
  if (begins !== undefined) {
    // The same slots each time: it is as much work.
    const output = graph.builder.op('Identity', [begins]);
    states.push({ dtype: 'int32', shape: [rings.length], input: begins, output });
  }
  const frames = ringShapes(rings, 1);
  const ringFeeds = rings.map(({ input }, i): ManifestFeed => {
    return { output: input, shape: ringSlots(frames[i]!.shape), fill: 'uniform', number: 1 };
  });
  return {
    ...{ name, count: 1, unit: 'frames', states, fetches: [graph.logits], targets: [] },
    feeds: [clipsFeed(graph.clips, frame), ...ringFeeds],
  };
}

/** Works of one kind share a graph. */
type GraphKind = 'inference' | 'stages' | 'stream' | 'head' | 'all';

const GRAPH_OF: Readonly<Record<Work, GraphKind>> = {
  BackboneForward: 'inference',
  Forward: 'inference',
  StageForward: 'stages',
  HeadTrainingStep: 'head',
  HeadTrainingStepOnFeatures: 'head',
  TrainingStep: 'all',
  StreamFrame: 'stream',
};

/** Writes the graphs of some cases, which share a model and the clips' shape, into a folder. */
class GraphWriter {
  constructor(
    private readonly addon: Addon,
    private readonly folder: string,
    private readonly model: MovinetModel,
    private readonly clip: { frames: number; size: number },
    private readonly kernels: Kernels,
  ) {}

  async graph(kind: GraphKind, cases: readonly ModelCase[]): Promise<ManifestGraph> {
    return kind === 'head' || kind === 'all' ? await this.training(kind, cases) : await this.inference(kind, cases);
  }

  private async inference(
    kind: 'inference' | 'stages' | 'stream',
    cases: readonly ModelCase[],
  ): Promise<ManifestGraph> {
    const states = kind === 'stream';
    const clip = states ? { ...this.clip, frames: -1 } : this.clip;
    const graph = await buildInferenceGraph(this.addon, this.model, {
      ...{ values: 'constants', clip, states },
      // A stage alone is fed with what TensorFlow's own operations give.
      kernels: kind === 'stages' ? PLAIN_KERNELS : this.kernels,
    });
    // What they add to the graph is written with it.
    const benchmarks = cases.map((one) => (states ? streamBenchmark(graph, one) : forwardBenchmark(graph, one)));
    const graphDef = await this.write(`${kind}.pb`, await graph.builder.graph.toGraphDef());
    return { graphDef, variables: [], benchmarks };
  }

  private async training(unfreeze: 'head' | 'all', cases: readonly ModelCase[]): Promise<ManifestGraph> {
    const { options, weights, architecture } = this.model;
    const graph = await buildStepGraph(this.addon, {
      model: options,
      weights,
      trainable: stagesToTrain(architecture, unfreeze),
      clipShape: this.clip,
      loss: losses.build(categoricalCrossEntropy()),
      optimizer: optimizers.build(adam()),
      ...{ seed: 0, kernels: this.kernels },
    });
    const values = [
      ...graph.variables.map(({ name, shape }) => weights.get({ path: name, shape }).data),
      ...graph.update.slots.map(({ shape }) => new Float32Array(shape.reduce((a, b) => a * b, 1))),
    ];
    const bytes = values.map((array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength));
    return {
      graphDef: await this.write(`${unfreeze}.pb`, await graph.builder.graph.toGraphDef()),
      values: await this.write(`${unfreeze}.values`, Buffer.concat(bytes)),
      variables: [...graph.variables, ...graph.update.slots],
      benchmarks: cases.map((one) => trainingBenchmark(graph, one)),
    };
  }

  private async write(name: string, content: Buffer): Promise<string> {
    const file = `${this.model.id}-${this.clip.size}-${this.clip.frames}-${name}`;
    await writeFile(join(this.folder, file), content);
    return file;
  }
}

/**
 * Writes what model_bench needs to run the cases: their graphs, initial values and the manifest, whose path it returns. The benchmarks are in the order of the
 * manifest's graphs, which is not that of the cases. `onCases` is told how many cases are done.
 */
export async function exportGraphs(
  addon: Addon,
  cases: readonly ModelCase[],
  folder: string,
  options: { config?: SessionConfig; onCases?: (done: number) => void; signal?: AbortSignal | undefined } = {},
): Promise<{ path: string; names: readonly string[] }> {
  const groups = new Map<string, ModelCase[]>();
  for (const one of cases) {
    const key = [one.model, one.input.size, one.input.frames, GRAPH_OF[one.work]].join();
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const graphs: ManifestGraph[] = [];
  const models = new Map<ModelId, MovinetModel>();
  let done = 0;
  for (const group of groups.values()) {
    const { model: id, input, work } = group[0]!;
    const model = models.get(id) ?? randomModel(id);
    models.set(id, model);
    options.signal?.throwIfAborted();
    const writer = new GraphWriter(
      addon,
      folder,
      model,
      { frames: input.frames, size: input.size },
      kernelsFor(options.config),
    );
    graphs.push(await writer.graph(GRAPH_OF[work], group));
    done += group.length;
    options.onCases?.(done);
  }
  const config = 'session-config.pb';
  await writeFile(join(folder, config), encodeSessionConfig(options.config));
  const path = join(folder, 'manifest.txt');
  await writeFile(path, formatManifest({ config, graphs }));
  return { path, names: graphs.flatMap(({ benchmarks }) => benchmarks.map(({ name }) => name)) };
}
