import { GraphBuilder } from '../graph/builder';
import { floatConstant, stringConstant } from '../graph/ops';
import type { Addon } from '../native/addon';
import type { DType, NativeTensor } from '../native/tensor';
import type { WeightArray } from '../graph/weights';

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

/** Writes `prefix.index` and `prefix.data-00000-of-00001`: float32 variables, and string scalars. */
export async function writeTensors(
  addon: Addon,
  prefix: string,
  arrays: ReadonlyMap<string, WeightArray>,
  strings: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  const g = new GraphBuilder(addon);
  const keys = [...arrays.keys(), ...strings.keys()];
  const values = [
    ...[...arrays.values()].map(({ data, shape }) => floatConstant(g, data, [...shape])),
    ...[...strings.values()].map((bytes) => bytesConstant(g, bytes)),
  ];
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
  await session.run(session.prepare([], [], [save]), []);
}

function bytesConstant(g: GraphBuilder, bytes: Uint8Array): string {
  using tensor = g.addon.createStringTensor([Buffer.from(bytes)], []);
  return g.op('Const', [], { dtype: { type: 'string' }, value: { tensor } });
}
