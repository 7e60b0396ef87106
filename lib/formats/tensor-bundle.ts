import { GraphBuilder } from '../graph/builder';
import { Turn } from '../base/turn';
import { placeholder, stringConstant } from '../graph/ops';
import type { Addon } from '../native/addon';
import type { WeightArray } from '../graph/weights';
import type { Output } from '../native/graph';
import type { DType, NativeTensor } from '../native/tensor';

/** Reads tensors of one dtype from a checkpoint's files by their keys; the caller disposes them. */
export async function readTensors(
  addon: Addon,
  prefix: string,
  keys: readonly string[],
  dtype: DType,
): Promise<NativeTensor[]> {
  const g = new GraphBuilder(addon);
  const outputs = g.outputs(
    'RestoreV2',
    [
      stringConstant(g, [prefix], []),
      stringConstant(g, [...keys]),
      stringConstant(
        g,
        keys.map(() => ''),
      ),
    ],
    { dtypes: { types: keys.map(() => dtype) } },
  );
  using session = await addon.createSession(g.graph);
  return await session.run(session.prepare([], outputs), []);
}

/** Numbers that are copied in one go: a mebibyte. */
const PIECE = 2 ** 18;

/** Copies numbers in turns of the event loop. */
export async function copyByTurns(from: Float32Array, to: Float32Array, turn: Turn): Promise<void> {
  for (let at = 0; at < from.length; at += PIECE) {
    to.set(from.subarray(at, at + PIECE), at);
    if (turn.over) await turn.next();
  }
}

/** Writes `prefix.index` and `prefix.data-00000-of-00001`: float32 variables, and string scalars. Other work has its turn meanwhile. */
export async function writeTensors(
  addon: Addon,
  prefix: string,
  arrays: ReadonlyMap<string, WeightArray>,
  strings: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  const g = new GraphBuilder(addon);
  const keys = [...arrays.keys(), ...strings.keys()];
  const feeds: Output[] = [];
  for (const { shape } of arrays.values()) {
    feeds.push(placeholder(g, 'float32', [...shape]));
    await g.turn();
  }
  const values = [...feeds, ...[...strings.values()].map((bytes) => bytesConstant(g, bytes))];
  const types: DType[] = [
    ...[...arrays.keys()].map((): DType => 'float32'),
    ...[...strings.keys()].map((): DType => 'string'),
  ];
  const save = g.effect(
    'SaveV2',
    [
      stringConstant(g, [prefix], []),
      stringConstant(g, keys),
      stringConstant(
        g,
        keys.map(() => ''),
      ),
      values,
    ],
    { dtypes: { types } },
  );
  using session = await addon.createSession(g.graph);
  const tensors: NativeTensor[] = [];
  const turn = new Turn();
  try {
    for (const { data, shape } of arrays.values()) {
      const tensor = addon.createTensor('float32', [...shape]);
      tensors.push(tensor);
      if (turn.over) await turn.next();
      await copyByTurns(data, tensor.data() as Float32Array, turn);
    }
    await session.run(session.prepare(feeds, [], [save]), tensors);
  } finally {
    // Giving hundreds of megabytes back to the system takes its time too.
    for (const tensor of tensors) {
      tensor.dispose();
      if (turn.over) await turn.next();
    }
  }
}

function bytesConstant(g: GraphBuilder, bytes: Uint8Array): string {
  using tensor = g.addon.createStringTensor([Buffer.from(bytes)], []);
  return g.op('Const', [], { dtype: { type: 'string' }, value: { tensor } });
}
