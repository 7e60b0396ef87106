import { CheckpointError, TensorFlowError } from '../base/errors';
import { Turn } from '../base/turn';
import { Weights, type WeightArray } from '../graph/weights';
import type { Addon } from '../native/addon';
import { readCheckpointIndex } from './checkpoint-index';
import { copyByTurns, readTensors, writeTensors } from './tensor-bundle';

/** TensorFlow's number. */
const FLOAT32 = 1;

/** Writes variables under their own names as keys, without an object graph: `prefix.index` and `prefix.data-00000-of-00001`. */
export async function writeWeights(addon: Addon, prefix: string, weights: Weights): Promise<void> {
  const arrays = weights.paths().map((name): [string, WeightArray] => [name, arrayOf(weights, name)]);
  await writeTensors(addon, prefix, new Map(arrays), new Map());
}

/** All variables of a bundle, by their keys. Throws {@link CheckpointError} for what is missing or damaged. */
export async function readWeights(addon: Addon, prefix: string): Promise<Weights> {
  const index = await readCheckpointIndex(prefix);
  const other = index.find(({ dtype }) => dtype !== FLOAT32);
  if (other !== undefined) throw new CheckpointError(`The checkpoint ${prefix} has ${other.key}, which is not float32`);
  const keys = index.map(({ key }) => key);
  const tensors = await readTensors(addon, prefix, keys, 'float32').catch((error: unknown) => {
    if (!(error instanceof TensorFlowError)) throw error;
    const reason = error.message.split('\n')[0] ?? '';
    throw new CheckpointError(`The checkpoint ${prefix} cannot be read (${error.status}: ${reason})`, { cause: error });
  });
  const weights = new Weights();
  const turn = new Turn();
  try {
    for (const [i, { key, shape }] of index.entries()) {
      const stored = tensors[i]?.data() as Float32Array;
      const data = new Float32Array(stored.length);
      await copyByTurns(stored, data, turn);
      tensors[i]?.dispose();
      weights.set(key, { shape, data });
    }
  } finally {
    tensors.forEach((tensor) => tensor.dispose());
  }
  return weights;
}

/** The first variable that is not the same in both, to the last bit; undefined where all are. Other work has its turn meanwhile. */
export async function firstDifference(one: Weights, other: Weights): Promise<string | undefined> {
  const turn = new Turn();
  const names = new Set([...one.paths(), ...other.paths()]);
  for (const name of names) {
    if (one.shapeOf(name)?.join() !== other.shapeOf(name)?.join()) return name;
    const [a, b] = [bytesOf(one, name), bytesOf(other, name)];
    for (let at = 0; at < a.length; at += PIECE) {
      if (!a.subarray(at, at + PIECE).equals(b.subarray(at, at + PIECE))) return name;
      if (turn.over) await turn.next();
    }
  }
  return undefined;
}

const PIECE = 2 ** 20;

function arrayOf(weights: Weights, name: string): WeightArray {
  return weights.get({ path: name, shape: weights.shapeOf(name) ?? [] });
}

function bytesOf(weights: Weights, name: string): Buffer {
  const { data } = arrayOf(weights, name);
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
