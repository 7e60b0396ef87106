import { singleLabel } from '../../lib/base/task';
import { FIRST_STEP } from '../../lib/graph/step-inputs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { derive } from '../../lib/base/random';
import { encodeSessionConfig, type SessionConfig } from '../../lib/runtime/session-config';
import { buildInferenceGraph } from '../../lib/movinet/inference-graph';
import { initialWeights } from '../../lib/movinet/initialize';
import { architectureOf } from '../../lib/movinet/describe-movinet';
import { createModel, type MovinetModel } from '../../lib/model/movinet-model';
import type { ModelId } from '../../lib/movinet/options';
import type { Addon } from '../../lib/native/addon';
import { categoricalCrossEntropy, losses } from '../../lib/learning/loss';
import { adam, optimizers } from '../../lib/learning/optimizer';
import { stagesToTrain } from '../../lib/training/step/stages';
import { buildStepGraph, type StepGraph } from '../../lib/training/step/step-graph';
import type { ClipInput, ModelCase } from './cases';
import { formatManifest, type ManifestBenchmark, type ManifestFeed, type ManifestGraph } from './manifest';

/** As many as the tutorial's. */
const CLASSES = Array.from({ length: 10 }, (_, index) => `class${index}`);

/**
 * Random numbers as a trained model has them, so that no file is needed. Not the official initial values: TensorFlow takes a bias of zeros or a
 * scale of ones out of the graph, and what is left is faster than any trained model.
 */
export function randomModel(id: ModelId): MovinetModel {
  const architecture = architectureOf(id, CLASSES.length);
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
  return createModel({ id, task: singleLabel(CLASSES) }, weights);
}

function clipsFeed(output: string, { size, frames, batchSize }: ClipInput): ManifestFeed {
  return { output, shape: [batchSize, frames, size, size, 3], fill: 'uniform', number: 1 };
}

function trainingBenchmark(graph: StepGraph, { name, work, input }: ModelCase): ManifestBenchmark {
  const { batchSize } = input;
  const features = [batchSize, graph.architecture.variant.headFilters];
  return {
    name,
    clips: batchSize,
    feeds: [
      work === 'HeadTrainingStep'
        ? clipsFeed(graph.clips, input)
        : { output: graph.features, shape: features, fill: 'uniform', number: 1 },
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

/** Writes the graphs of some cases, which share a model and the clips' shape, into a folder. */
class GraphWriter {
  constructor(
    private readonly addon: Addon,
    private readonly folder: string,
    private readonly model: MovinetModel,
    private readonly clip: { frames: number; size: number },
  ) {}

  async inference(cases: readonly ModelCase[]): Promise<ManifestGraph> {
    const graph = await buildInferenceGraph(this.addon, this.model, { values: 'constants', clip: this.clip });
    return {
      graphDef: await this.write('inference.pb', await graph.builder.graph.toGraphDef()),
      variables: [],
      benchmarks: cases.map(({ name, input }) => ({
        name,
        clips: input.batchSize,
        feeds: [clipsFeed(graph.clips, input)],
        fetches: [graph.features],
        targets: [],
      })),
    };
  }

  async training(cases: readonly ModelCase[]): Promise<ManifestGraph> {
    const { options, weights, architecture } = this.model;
    const graph = await buildStepGraph(this.addon, {
      model: options,
      weights,
      trainable: stagesToTrain(architecture, 'head'),
      clipShape: this.clip,
      loss: losses.build(categoricalCrossEntropy()),
      optimizer: optimizers.build(adam()),
      seed: 0,
    });
    const values = [
      ...graph.variables.map(({ name, shape }) => weights.get({ path: name, shape }).data),
      ...graph.update.slots.map(({ shape }) => new Float32Array(shape.reduce((a, b) => a * b, 1))),
    ];
    const bytes = values.map((array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength));
    return {
      graphDef: await this.write('training.pb', await graph.builder.graph.toGraphDef()),
      values: await this.write('training.values', Buffer.concat(bytes)),
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
 * Writes what model_bench needs to run the cases: their graphs, initial values and the manifest, whose path it returns.
 * `onCases` is told how many cases are done.
 */
export async function exportGraphs(
  addon: Addon,
  cases: readonly ModelCase[],
  folder: string,
  options: { config?: SessionConfig; onCases?: (done: number) => void; signal?: AbortSignal } = {},
): Promise<string> {
  const groups = new Map<string, ModelCase[]>();
  for (const one of cases) {
    const key = [one.model, one.input.size, one.input.frames].join();
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const graphs: ManifestGraph[] = [];
  const models = new Map<ModelId, MovinetModel>();
  let done = 0;
  for (const group of groups.values()) {
    const { model: id, input } = group[0]!;
    const model = models.get(id) ?? randomModel(id);
    models.set(id, model);
    const writer = new GraphWriter(addon, folder, model, { frames: input.frames, size: input.size });
    const forward = group.filter(({ work }) => work === 'BackboneForward');
    const training = group.filter(({ work }) => work !== 'BackboneForward');
    options.signal?.throwIfAborted();
    if (forward.length > 0) graphs.push(await writer.inference(forward));
    if (training.length > 0) graphs.push(await writer.training(training));
    done += group.length;
    options.onCases?.(done);
  }
  const config = 'session-config.pb';
  await writeFile(join(folder, config), encodeSessionConfig(options.config));
  const manifest = join(folder, 'manifest.txt');
  await writeFile(manifest, formatManifest({ config, graphs }));
  return manifest;
}
