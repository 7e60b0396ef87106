import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeExportedGraph } from '../../lib/formats/encode-saved-model';
import { checkpointKey, encodeObjectGraph } from '../../lib/formats/object-graph';
import { writeCheckpoint } from '../../lib/formats/write-checkpoint';
import { GraphBuilder } from '../../lib/graph/builder';
import { matMul, placeholder } from '../../lib/graph/ops';
import { VariableStore } from '../../lib/graph/variables';
import { Weights } from '../../lib/graph/weights';
import { loadAddon } from '../../lib/native/addon';
import { writeZip } from '../io/support/zip-writer';
import { writeTar, writeTarGz } from '../support/archives';
import { bundleEntry, indexFile } from '../support/checkpoint-files';
import { tarBombs, withConstant, withFrameSize, withPixelHeight, zipBomb } from './hostile-seeds';
import { joinParts } from './parts';
import { TINY_PARAMETERS } from './tiny-model';

/** Where the seeds of each target come from: a name and the file's bytes. All are made here; nothing is copied from anywhere. */
export type Seeds = Record<string, Uint8Array>;

const addon = loadAddon();
const VIDEO_SIZE = [32, 16] as const;
const TEXT = Buffer.from('a line of text\n'.repeat(20));

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'movinet-seeds-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Eight small frames over which a square moves. */
async function video(name: string, fourcc: string, [width, height]: readonly [number, number]): Promise<Uint8Array> {
  return inFolder(async (folder) => {
    const path = join(folder, name);
    const writer = await addon.createVideoWriter(path, { width, height, fps: 25, fourcc });
    for (let frame = 0; frame < 8; frame++) {
      const pixels = Array.from({ length: width * height }, (_, i) => Math.abs((i % width) - 3 * frame) < 5);
      await writer.write(Uint8Array.from(pixels.flatMap((inside) => (inside ? [250, 40, 90] : [20, 30, 200]))));
    }
    await writer.close();
    return readFileSync(path);
  });
}

/** Each container that OpenCV's FFmpeg writes, and what is wrong with some. */
async function videoSeeds(): Promise<Seeds> {
  const kinds = { 'mjpg.avi': 'MJPG', 'xvid.avi': 'XVID', 'mp4v.mp4': 'mp4v', 'mjpg.mkv': 'MJPG', 'vp8.webm': 'VP80' };
  const seeds: Seeds = {};
  for (const [name, fourcc] of Object.entries(kinds)) seeds[name] = await video(name, fourcc, VIDEO_SIZE);
  for (const [name, size] of [
    ['vp8.webm', 16_000],
    ['vp8.webm', 65_500],
    ['mp4v.mp4', 16_000],
  ] as const)
    seeds[`${size}x${size}-${name}`] = withFrameSize(Buffer.from(seeds[name]!), VIDEO_SIZE, [size, size]);
  seeds['found-too-narrow.avi'] = await video('narrow.avi', 'MJPG', [2, 64]);
  seeds['found-taller-than-its-frames.webm'] = withPixelHeight(Buffer.from(seeds['vp8.webm']!), VIDEO_SIZE[1], 48);
  return seeds;
}

function tinyWeights(): Weights {
  const weights = new Weights();
  for (const { path, shape } of TINY_PARAMETERS) {
    const size = shape.reduce((product, dim) => product * dim, 1);
    weights.set(path, { shape, data: Float32Array.from({ length: size }, (_, i) => i / 4) });
  }
  return weights;
}

/** A checkpoint's index and data, after one another. */
async function checkpointFiles(): Promise<Uint8Array[]> {
  return inFolder(async (folder) => {
    const prefix = join(folder, 'ckpt-1');
    await writeCheckpoint(addon, prefix, { parameters: TINY_PARAMETERS }, tinyWeights());
    return ['.index', '.data-00000-of-00001'].map((suffix) => readFileSync(prefix + suffix));
  });
}

function savedModel(): Promise<Uint8Array> {
  const g = new GraphBuilder(addon);
  const store = new VariableStore<(typeof TINY_PARAMETERS)[number]>(g);
  const image = placeholder(g, 'float32', [-1, 2], 'image');
  const [kernel] = TINY_PARAMETERS.map((parameter) => store.get(parameter).value);
  const logits = matMul(g, image, kernel ?? '');
  const signature = {
    inputs: { image: { output: image, dtype: 'float32' as const, shape: [-1, 2] } },
    outputs: { logits: { output: logits, dtype: 'float32' as const, shape: [-1, 3] } },
  };
  return encodeExportedGraph({ builder: g, store, asset: 'classes.txt', signatures: { serving_default: signature } });
}

/** All seeds, by target. */
export async function makeSeeds(): Promise<Record<string, Seeds>> {
  const checkpoint = await checkpointFiles();
  const model = await savedModel();
  const members = [
    { name: 'a/one.txt', content: TEXT },
    { name: 'b/two.txt', content: TEXT, deflate: true },
  ];
  const files = [
    { path: 'model/', type: 'Directory' as const },
    { path: 'model/checkpoint', content: TEXT },
    { path: 'model/deep/data', content: TEXT },
  ];
  // The hostile entry comes first: TensorFlow reads in the order of the keys.
  const hugeIndex = (shape: readonly (number | string)[], size: number): Uint8Array[] => {
    const keys = TINY_PARAMETERS.map(({ path }) => checkpointKey(`model/${path}`)).sort();
    const entries = keys.map((key, i): [string, Uint8Array] => [
      key,
      i === 0 ? bundleEntry(shape, 0, size) : bundleEntry([2, 3], 0, 24),
    ]);
    return [indexFile(entries), checkpoint[1]!];
  };
  const hugeShapes = {
    'shape-of-gigabytes': hugeIndex([2 ** 31], 24),
    'shape-of-terabytes': hugeIndex([2 ** 20, 2 ** 20], 24),
    'shape-beyond-memory': hugeIndex(['1152921504606846976'], 24),
    'shape-beyond-int64': hugeIndex(['4611686018427387904', 8], 24),
    'shape-below-zero': hugeIndex([-2, 3], 24),
    'size-below-zero': hugeIndex([2, 3], -24),
  };
  const each = (write: (parts: Uint8Array[]) => Uint8Array): Seeds =>
    Object.fromEntries(Object.entries(hugeShapes).map(([name, parts]) => [name, write(parts)]));
  return {
    video: await videoSeeds(),
    checkpoint: { 'two-variables': joinParts(checkpoint), ...each(joinParts) },
    'object-graph': { 'two-variables': encodeObjectGraph(TINY_PARAMETERS.map(({ path }) => `model/${path}`)) },
    'saved-model': {
      'graph-alone': model,
      'with-variables': joinParts([model, ...checkpoint]),
      'constant-of-terabytes': withConstant(model, [2 ** 20, 2 ** 20], 'graph'),
      'constant-of-8-gigabytes': withConstant(model, [2 ** 31], 'graph'),
      'constant-beyond-int64': withConstant(model, ['4611686018427387904', 8], 'graph'),
      ...each((parts) => joinParts([model, ...parts])),
      'constant-in-a-function': withConstant(model, [2 ** 31], 'function'),
    },
    zip: { plain: writeZip(members), zip64: writeZip(members, { zip64: true }), bomb: zipBomb() },
    tar: { plain: writeTar(files), packed: writeTarGz(files), ...tarBombs() },
  };
}
