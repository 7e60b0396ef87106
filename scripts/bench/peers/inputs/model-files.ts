import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { exportCheckpoint } from '../../../../lib/model/export/export-checkpoint';
import type { MovinetModel } from '../../../../lib/model/movinet-model';
import { openModel } from '../../../../lib/model/open-model';
import { cacheFolder } from '../../../../lib/io/cache-folder';
import { makeFolder, withFolderBeside } from '../../../../lib/io/folders';
import { exists } from '../../../../lib/io/look';
import { writeFileWhole } from '../../../../lib/io/whole-file';
import { placeFolder } from '../../../../lib/io/whole-folder';
import type { Conv } from '../../../../lib/movinet/architecture';
import { buildInferenceGraph } from '../../../../lib/movinet/inference-graph';
import { stateShapes } from '../../../../lib/inference/saved-state';
import type { Addon } from '../../../../lib/native/addon';
import type { Output } from '../../../../lib/native/graph';
import { randomModel } from '../../model/export-graphs';
import { PYTHON_SCRIPTS, run } from './environments';
import { graphDigest } from './graph-digest';
import type { ModelFile } from '../children/messages';
import type { ModelFormat } from '../peer-list';
import type { ModelWork } from '../works';

const CONVERTER = join(PYTHON_SCRIPTS, 'peers', 'convert_graph.py');

/** The network of a work: an official checkpoint's, with its own head, or one of random numbers, the same each time. */
export function modelOf(addon: Addon, work: ModelWork, weights?: string): Promise<MovinetModel> | MovinetModel {
  return weights === undefined ? randomModel(work.model) : openModel(work.model, { weights, addon });
}

interface Frozen {
  readonly content: Buffer;
  readonly inputs: ModelFile['inputs'];
  readonly logits: Output;
}

/** The frozen graph of a work, of operations that every converter knows, and what it is fed with in this work. */
async function freeze(addon: Addon, work: ModelWork, model: MovinetModel): Promise<Frozen> {
  const states = work.kind === 'frame';
  const clip = { frames: work.frames, size: work.size };
  const graph = await buildInferenceGraph(addon, model, { values: 'constants', clip, states });
  const shapes = stateShapes(graph.states, work.clips);
  const clips = { name: graph.clips, dtype: 'float32' as const, shape: shapeOfInput(work) };
  const carried = graph.states.map(({ input, output }, i) => {
    const { dtype, shape } = shapes[i]!;
    return { name: input, dtype, shape, next: output as Output };
  });
  return { content: await graph.builder.graph.toGraphDef(), inputs: [clips, ...carried], logits: graph.logits };
}

export function shapeOfInput({ clips, frames, size }: ModelWork): number[] {
  return [clips, frames, size, size, 3];
}

export interface ModelFilesOptions {
  /** The interpreter that converts; asked for where something has to be converted. */
  readonly converter: () => Promise<string>;
  /** Default: in the user's cache folder. */
  readonly folder?: string;
  readonly onConvert?: (format: ModelFormat) => void;
  readonly signal?: AbortSignal | undefined;
}

/** The network of one work in the formats that peers ask for, each made once: files are kept by the digest of what they are made from. */
export class ModelFiles {
  private frozen: Promise<Frozen> | undefined;

  constructor(
    private readonly addon: Addon,
    private readonly work: ModelWork,
    private readonly model: MovinetModel,
    private readonly options: ModelFilesOptions,
  ) {}

  /** Throws {@link MovinetError} where the converter refuses. */
  async inFormat(format: ModelFormat): Promise<ModelFile> {
    this.frozen ??= freeze(this.addon, this.work, this.model);
    const { content, inputs, logits } = await this.frozen;
    const signature = JSON.stringify({ inputs, logits });
    const digest = createHash('sha256').update(graphDigest(content)).update(signature).digest('hex').slice(0, 16);
    const parent = join(this.options.folder ?? cacheFolder('peers'), 'models');
    const folder = join(parent, `${this.work.model}-${digest}`);
    await makeFolder(folder);
    const file = (path: string): ModelFile => ({ format, path, inputs, logits });
    if (format === 'checkpoint') return file(await this.checkpoint(folder));
    if (format === 'arrays') return file(await this.arrays(folder));
    const graph = join(folder, 'graph.pb');
    if (!(await exists(graph))) await writeFileWhole(graph, content);
    return file(format === 'graph' ? graph : await this.converted(graph, folder, format, signature));
  }

  private async converted(graph: string, folder: string, format: ModelFormat, signature: string): Promise<string> {
    const path = join(folder, `model.${format}`);
    if (await exists(path)) return path;
    const { converter, onConvert, signal } = this.options;
    const python = await converter();
    onConvert?.(format);
    await run(python, [CONVERTER, '--graph', graph, '--signature', signature, '--to', format, '--out', path], signal);
    return path;
  }

  private async checkpoint(parent: string): Promise<string> {
    const folder = join(parent, 'checkpoint');
    if (!(await exists(folder))) {
      await withFolderBeside(folder, async (temporary) => {
        await exportCheckpoint(this.addon, this.model, temporary);
        await placeFolder(temporary, folder, 'nothing');
      });
    }
    return join(folder, 'ckpt-1');
  }

  /** `weights.json` tells each convolution's arrays in the network's order, by their places in `weights.f32` beside it. */
  private async arrays(folder: string): Promise<string> {
    const path = join(folder, 'weights.json');
    if (await exists(path)) return path;
    const { architecture, weights } = this.model;
    const parts: Buffer[] = [];
    let length = 0;
    const array = (parameter: Conv['kernel'] | undefined): object | undefined => {
      if (parameter === undefined) return undefined;
      const { data, shape } = weights.get(parameter);
      const offset = length;
      length += data.length;
      parts.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
      return { offset, shape };
    };
    const convolution = ({ kernel, bias, batchNorm, outputScale }: Conv): object => ({
      ...{ kernel: array(kernel), bias: array(bias), scale: array(outputScale) },
      ...{ gamma: array(batchNorm?.gamma), beta: array(batchNorm?.beta) },
      ...{ mean: array(batchNorm?.movingMean), variance: array(batchNorm?.movingVariance) },
    });
    const convolutions = convolutionsOf(architecture).map(convolution);
    await writeFileWhole(join(folder, 'weights.f32'), Buffer.concat(parts));
    await writeFileWhole(path, JSON.stringify(convolutions));
    return path;
  }
}

/** From the input on; of a block its own before the one beside it. */
function convolutionsOf({ stem, blocks, head, classifierHidden, classifier }: MovinetModel['architecture']): Conv[] {
  const inBlocks = blocks.flatMap(({ expansion, feature, temporal, attention, projection, skip }) => [
    ...[expansion, feature, temporal, attention?.reduce, attention?.expand, projection],
    skip.kind === 'projection' ? skip.conv : undefined,
  ]);
  return [stem, ...inBlocks.filter((conv) => conv !== undefined), head, classifierHidden, classifier];
}
