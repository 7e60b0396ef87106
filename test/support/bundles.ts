import type { WeightArray } from '../../lib/graph/weights';
import type { Addon } from '../../lib/native/addon';
import { TrackableObjectGraph } from '../../lib/native/messages';
import { checkpointKey, encodeObjectGraph, OBJECT_GRAPH_KEY } from '../../lib/formats/object-graph';
import { writeTensors } from '../../lib/formats/tensor-bundle';

export interface BundleVariable {
  /** Its path in the object graph. */
  readonly path: string;
  /** Default: what `tf.train.Checkpoint` makes of the path. */
  readonly key?: string;
  readonly array: WeightArray;
}

interface Node {
  children: { node_id: number; local_name: string }[];
  attributes: { checkpoint_key: string }[];
}

/** An object graph with these keys, and with objects that have a second path: `aliases` maps it to the first. */
export function objectGraphBytes(
  variables: readonly Omit<BundleVariable, 'array'>[],
  aliases: Readonly<Record<string, string>> = {},
): Uint8Array {
  const bytes = encodeObjectGraph(variables.map(({ path }) => path));
  const decoded = TrackableObjectGraph.decode(bytes);
  const { nodes } = TrackableObjectGraph.toObject(decoded, { defaults: true }) as { nodes: Node[] };
  const idOf = (path: string): number => {
    let id = 0;
    for (const part of path === '' ? [] : path.split('/')) {
      const child = nodes[id]?.children.find(({ local_name }) => local_name === part);
      if (!child) throw new Error(`No ${path}`);
      id = child.node_id;
    }
    return id;
  };
  for (const { path, key } of variables) nodes[idOf(path)]!.attributes[0]!.checkpoint_key = key ?? checkpointKey(path);
  for (const [alias, path] of Object.entries(aliases)) {
    const cut = alias.lastIndexOf('/');
    const parent = nodes[idOf(alias.slice(0, Math.max(cut, 0)))]!;
    parent.children.push({ node_id: idOf(path), local_name: alias.slice(cut + 1) });
  }
  return TrackableObjectGraph.encode(TrackableObjectGraph.fromObject({ nodes })).finish();
}

/** Writes a checkpoint with TensorFlow; without an object graph if `graph` is null. */
export async function writeBundle(
  addon: Addon,
  prefix: string,
  variables: readonly BundleVariable[],
  graph: Uint8Array | null = objectGraphBytes(variables),
): Promise<void> {
  const arrays = new Map(variables.map(({ path, key, array }) => [key ?? checkpointKey(path), array]));
  await writeTensors(addon, prefix, arrays, new Map(graph ? [[OBJECT_GRAPH_KEY, graph]] : []));
}
