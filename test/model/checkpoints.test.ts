import { copyFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CheckpointError, CheckpointMismatchError, OutputError } from '../../lib/base/errors';
import { type Parameter, isHead } from '../../lib/movinet/architecture';
import { architectureOf } from '../../lib/movinet/describe-movinet';
import { type WeightArray, Weights } from '../../lib/graph/weights';
import { loadAddon } from '../../lib/native/addon';
import { referenceWeights } from '../../scripts/parity/reference-weights';
import { otherLayout } from '../../lib/model/checkpoint-layouts';
import { checkpointKey } from '../../lib/formats/object-graph';
import { readCheckpoint, readObjectGraph } from '../../lib/model/read-checkpoint';
import { writeCheckpoint } from '../../lib/formats/write-checkpoint';
import { describeWith, KINETICS_CHECKPOINT } from '../support/assets';
import { suiteFolder } from '../support/suite-folder';
import { type BundleVariable, objectGraphBytes, writeBundle } from '../support/bundles';

const addon = loadAddon();
const architecture = architectureOf('a0-stream-relu6', 4);
const weights = referenceWeights(architecture);
const folder = suiteFolder();
const prefix = () => join(folder.path, 'ckpt-1');

beforeAll(() => writeCheckpoint(addon, prefix(), architecture, weights));

describe('checkpoints', () => {
  it('come back as they were written', async () => {
    const read = await readCheckpoint(addon, prefix(), architecture);
    for (const parameter of architecture.parameters) {
      expect(read.get(parameter).data).toEqual(weights.get(parameter).data);
    }
  });

  it('may hold a part of the model: the backbone alone', async () => {
    const backbone = join(folder.path, 'backbone');
    await writeCheckpoint(addon, backbone, architecture, weights, (parameter) => !isHead(parameter));
    const read = await readCheckpoint(addon, backbone, architectureOf('a0-stream-relu6', 9), (p) => !isHead(p));
    expect(read.paths()).toHaveLength(architecture.parameters.length - 4);
    await expect(readCheckpoint(addon, backbone, architecture)).rejects.toThrow(/lacks 4 of 329 variables: .*_head/);
  });

  it('are refused for another variant, naming what is missing', async () => {
    const attempt = readCheckpoint(addon, prefix(), architectureOf('a0-stream', 4));
    await expect(attempt).rejects.toThrow(CheckpointError);
    await expect(attempt).rejects.toThrow(/lacks .* variables: .* and \d+ more; is it another model's\?/);
  });

  it('are refused where a shape differs, naming both', async () => {
    await expect(readCheckpoint(addon, prefix(), architectureOf('a0-stream-relu6', 5))).rejects.toThrow(
      /_classifier\/_conv\/_conv\/kernel with shape \[1, 1, 2048, 4\], the model's is \[1, 1, 2048, 5\]/,
    );
  });

  it('are compared by their index: another model is seen before a damaged number', async () => {
    const copy = join(folder.path, 'spoilt');
    copyFileSync(`${prefix()}.index`, `${copy}.index`);
    const data = readFileSync(`${prefix()}.data-00000-of-00001`);
    data[5000] = (data[5000] as number) ^ 0xff;
    writeFileSync(`${copy}.data-00000-of-00001`, data);
    await expect(readCheckpoint(addon, copy, architecture)).rejects.toThrow(/spoilt cannot be read \(DATA_LOSS/);
    await expect(readCheckpoint(addon, copy, architectureOf('a0-stream-relu6', 5))).rejects.toThrow(
      CheckpointMismatchError,
    );
  });

  it.each([
    ['cut', /damaged\.data-00000-of-00001 is truncated: 1000 of \d+ bytes/, (data: string) => truncateSync(data, 1000)],
    [
      'changed',
      /damaged cannot be read \(DATA_LOSS/,
      (data: string) => {
        const bytes = readFileSync(data);
        bytes[5000] = (bytes[5000] as number) ^ 0xff;
        writeFileSync(data, bytes);
      },
    ],
  ])('are refused where the data file is %s', async (_, reason, damage) => {
    const copy = join(folder.path, 'damaged');
    copyFileSync(`${prefix()}.index`, `${copy}.index`);
    copyFileSync(`${prefix()}.data-00000-of-00001`, `${copy}.data-00000-of-00001`);
    damage(`${copy}.data-00000-of-00001`);
    const attempt = readCheckpoint(addon, copy, architecture);
    await expect(attempt).rejects.toThrow(CheckpointError);
    await expect(attempt).rejects.toThrow(reason);
  });

  it('are refused where the index is no index', async () => {
    const bad = join(folder.path, 'bad');
    writeFileSync(`${bad}.index`, 'hello');
    await expect(readCheckpoint(addon, bad, architecture)).rejects.toThrow(
      /bad\.index is damaged \(truncated, or no index\)/,
    );
  });

  it('are written whole or not at all', async () => {
    writeFileSync(join(folder.path, 'file'), '');
    const attempt = writeCheckpoint(addon, join(folder.path, 'file', 'ckpt'), architecture, weights);
    await expect(attempt).rejects.toThrow(OutputError);
    await expect(writeCheckpoint(addon, join(folder.path, 'lacking'), architecture, new Weights())).rejects.toThrow(
      /lack the variable/,
    );
    expect(existsSync(join(folder.path, 'lacking.index'))).toBe(false);
  });
});

describe('layouts of checkpoints (specification §5.2, §5.3)', () => {
  const at = (name: string) => join(folder.path, name);
  const isBackbone = (parameter: Parameter) => !isHead(parameter);
  const backbone = 'layer_with_weights-0/';
  /** The model's variables, or only those below `part`, at their paths below `object`. */
  const variables = (object: string, part = ''): BundleVariable[] =>
    architecture.parameters
      .filter(({ path }) => path.startsWith(part))
      .map((parameter) => ({ path: object + parameter.path.slice(part.length), array: weights.get(parameter) }));
  const expectWeights = (read: Weights, wanted: (parameter: Parameter) => boolean = () => true) => {
    const parameters = architecture.parameters.filter(wanted);
    expect(read.paths()).toEqual(parameters.map(({ path }) => path));
    const bytes = (array: WeightArray) => Buffer.from(array.data.buffer, array.data.byteOffset, array.data.byteLength);
    const differing = parameters.filter(
      (parameter) => !bytes(read.get(parameter)).equals(bytes(weights.get(parameter))),
    );
    expect(differing).toEqual([]);
  };

  it.each([
    ['Checkpoint(backbone=b)', 'backbone/'],
    ['Checkpoint(b)', ''],
  ])('the backbone alone: %s', async (name, object) => {
    await writeBundle(addon, at(name), variables(object, backbone));
    expectWeights(await readCheckpoint(addon, at(name), architecture, isBackbone), isBackbone);
    const failed = await readCheckpoint(addon, at(name), architecture).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(CheckpointMismatchError);
    expect(failed).toMatchObject({
      missing: architecture.parameters.filter(isHead).map(({ path }) => path),
      mismatched: [],
      extra: [],
    });
  });

  it('Checkpoint(model=m, backbone=b), whose keys say `backbone`', async () => {
    const head = variables('model/').filter(({ path }) => !path.startsWith(`model/${backbone}`));
    const all = [...variables('backbone/', backbone), ...head];
    const graph = objectGraphBytes(all, { [`model/${backbone.slice(0, -1)}`]: 'backbone' });
    await writeBundle(addon, at('both'), all, graph);
    expectWeights(await readCheckpoint(addon, at('both'), architecture));
  });

  it('a Keras SavedModel, whose keys say `variables/N`', async () => {
    const bundle = variables('').map((variable, index) => ({ ...variable, key: checkpointKey(`variables/${index}`) }));
    const metric = { path: 'keras_api/metrics/0/total', array: { shape: [], data: new Float32Array(1) } };
    const all = [...bundle, metric];
    await writeBundle(addon, at('saved'), all, objectGraphBytes(all, { _backbone: backbone.slice(0, -1) }));
    expectWeights(await readCheckpoint(addon, at('saved'), architecture));
    await expect(readCheckpoint(addon, at('saved'), architectureOf('a0-stream-relu6', 5))).rejects.toMatchObject({
      missing: [],
      mismatched: [{ actual: [1, 1, 2048, 4] }, { actual: [4] }],
      extra: [],
    });
  });

  it('keys alone, where there is no object graph', async () => {
    await writeBundle(addon, at('keys'), variables('model/'), null);
    expect(await readObjectGraph(addon, at('keys'))).toBeUndefined();
    expectWeights(await readCheckpoint(addon, at('keys'), architecture));
    await writeBundle(addon, at('keys-backbone'), variables('backbone/', backbone), null);
    expectWeights(await readCheckpoint(addon, at('keys-backbone'), architecture, isBackbone), isBackbone);
  });

  it('3d_2plus1d for a 2plus1d model, and the reverse', async () => {
    const solid = architecture.parameters.map((parameter): Parameter => {
      const other = otherLayout(parameter);
      return other ? { ...parameter, path: other.path, shape: other.shape! } : parameter;
    });
    const bundle = solid.map(({ path, shape }, index) => ({
      path: `model/${path}`,
      array: { shape, data: weights.get(architecture.parameters[index]!).data },
    }));
    await writeBundle(addon, at('solid'), bundle);
    expectWeights(await readCheckpoint(addon, at('solid'), architecture));
    const read = await readCheckpoint(addon, prefix(), { ...architecture, parameters: solid });
    solid.forEach((parameter, index) => {
      expect(read.get(parameter)).toEqual(bundle[index]!.array);
    });
  });

  it('lists all that is missing, of another shape and extra in one error', async () => {
    const [gone, ...rest] = variables('model/');
    const reshaped = rest.map((variable) =>
      variable.path.endsWith('_project/_conv/_conv/kernel') ? { ...variable, array: small([7]) } : variable,
    );
    const extras = [
      'model/layer_with_weights-2/kernel',
      'model/optimizer/_variables/1',
      'model/keras_api/metrics/0/total',
    ];
    await writeBundle(addon, at('all'), [...reshaped, ...extras.map((path) => ({ path, array: small([2]) }))]);
    const failed = readCheckpoint(addon, at('all'), architecture);
    await expect(failed).rejects.toThrow(CheckpointMismatchError);
    await expect(failed).rejects.toMatchObject({
      missing: [gone!.path.slice('model/'.length)],
      mismatched: [{ path: architecture.head.kernel.path, expected: architecture.head.kernel.shape, actual: [7] }],
      extra: ['layer_with_weights-2/kernel'],
    });
    await expect(failed).rejects.toThrow(
      /all lacks 1 of 329 variables: .*; has 1 of another shape: .* with shape \[7\], .*; has 1 that the model lacks: layer_with_weights-2\/kernel; is it another model's\?$/,
    );
  });

  it('takes what is extra beside the layers of the model for no error', async () => {
    await writeBundle(addon, at('extra'), [...variables('model/'), { path: 'model/more/kernel', array: small([2]) }]);
    expectWeights(await readCheckpoint(addon, at('extra'), architecture));
  });

  it('refuses layers that have more variables than those of the model', async () => {
    const more = 'layer_with_weights-0/layer_with_weights-3/_attention/_pos_encoding/_rezero/scale';
    await writeBundle(addon, at('other'), [...variables('model/'), { path: `model/${more}`, array: small([]) }]);
    await expect(readCheckpoint(addon, at('other'), architecture)).rejects.toMatchObject({
      missing: [],
      extra: [more],
    });
  });
});

function small(shape: number[]): WeightArray {
  return { shape, data: new Float32Array(shape.reduce((product, dim) => product * dim, 1)) };
}

describeWith(`${KINETICS_CHECKPOINT}.index`)('the real Kinetics-600 checkpoint', () => {
  it('has every variable', async () => {
    const read = await readCheckpoint(addon, KINETICS_CHECKPOINT, architectureOf('a0-stream-relu6', 600));
    expect(read.paths()).toHaveLength(329);
    expect((await readObjectGraph(addon, KINETICS_CHECKPOINT))?.has('model')).toBe(true);
  });
});
