import { copyFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CheckpointError, OutputError } from '../../lib/errors';
import { architectureOf, isHead } from '../../lib/movinet/model';
import { Weights } from '../../lib/movinet/weights';
import { loadAddon } from '../../lib/native/addon';
import { referenceWeights } from '../../lib/parity/reference-weights';
import { readCheckpoint, readObjectGraph } from '../../lib/weights/read-checkpoint';
import { writeCheckpoint } from '../../lib/weights/write-checkpoint';
import { describeWith, KINETICS_CHECKPOINT } from '../support/assets';
import { suiteFolder } from '../support/suite-folder';

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

  it.each([
    ['cut', (data: string) => truncateSync(data, 1000)],
    [
      'changed',
      (data: string) => {
        const bytes = readFileSync(data);
        bytes[5000] = (bytes[5000] as number) ^ 0xff;
        writeFileSync(data, bytes);
      },
    ],
  ])('are refused where the data file is %s', async (_, damage) => {
    const copy = join(folder.path, 'damaged');
    copyFileSync(`${prefix()}.index`, `${copy}.index`);
    copyFileSync(`${prefix()}.data-00000-of-00001`, `${copy}.data-00000-of-00001`);
    damage(`${copy}.data-00000-of-00001`);
    const attempt = readCheckpoint(addon, copy, architecture);
    await expect(attempt).rejects.toThrow(CheckpointError);
    await expect(attempt).rejects.toThrow(/damaged cannot be read \((OUT_OF_RANGE|DATA_LOSS)/);
  });

  it('are refused where the index is no index', async () => {
    const bad = join(folder.path, 'bad');
    writeFileSync(`${bad}.index`, 'hello');
    await expect(readCheckpoint(addon, bad, architecture)).rejects.toThrow(/bad cannot be read/);
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

describeWith(`${KINETICS_CHECKPOINT}.index`)('the real Kinetics-600 checkpoint', () => {
  it('has every variable', async () => {
    const read = await readCheckpoint(addon, KINETICS_CHECKPOINT, architectureOf('a0-stream-relu6', 600));
    expect(read.paths()).toHaveLength(329);
    expect((await readObjectGraph(addon, KINETICS_CHECKPOINT))?.has('model')).toBe(true);
  });
});
