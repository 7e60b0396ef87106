import { CheckpointError } from '../base/errors';
import { messageOf } from '../base/shown';
import { TrackableObjectGraph } from '../native/messages';

/** Where a checkpoint keeps its object graph. */
export const OBJECT_GRAPH_KEY = '_CHECKPOINTABLE_OBJECT_GRAPH';
const VALUE_ATTRIBUTE = 'VARIABLE_VALUE';

interface ObjectNode {
  children?: { node_id?: number; local_name: string }[];
  attributes?: { name: string; full_name?: string; checkpoint_key: string }[];
}

/**
 * A checkpoint's tree of objects. Keys depend on how a checkpoint was saved (`model/…`, `backbone/…`, `variables/7`), paths through
 * the tree do not (specification §5.2).
 */
export class ObjectGraph {
  private constructor(private readonly nodes: readonly ObjectNode[]) {}

  /** Throws {@link CheckpointError} for what is no object graph. */
  static decode(bytes: Uint8Array): ObjectGraph {
    try {
      const message = TrackableObjectGraph.decode(bytes);
      const { nodes } = TrackableObjectGraph.toObject(message, { defaults: true }) as { nodes: ObjectNode[] };
      return new ObjectGraph(nodes);
    } catch (error) {
      const reason = messageOf(error);
      throw new CheckpointError(`The checkpoint's object graph is damaged (${reason}); fetch it again`, {
        cause: error,
      });
    }
  }

  /** The tree that the keys of a checkpoint without an object graph spell. */
  static ofKeys(keys: readonly string[]): ObjectGraph {
    const suffix = checkpointKey('');
    return new ObjectGraph(
      treeOf(keys.filter((key) => key.endsWith(suffix)).map((key) => key.slice(0, -suffix.length))),
    );
  }

  /** The key of the variable at `path` below the root, e.g. `model/layer_with_weights-0/…/kernel`; undefined where there is none. */
  keyOf(path: string): string | undefined {
    return valueKey(this.nodeAt(path));
  }

  /**
   * Every variable below the object at `path` (the root's is empty), each once, by its shortest path from there through children that
   * `follows` lets through.
   */
  variablesBelow(path: string, follows: (child: string) => boolean): { readonly path: string; readonly key: string }[] {
    const start = this.nodeAt(path);
    const seen = new Set([start]);
    const found: { path: string; key: string }[] = [];
    let level = start ? [{ node: start, prefix: '' }] : [];
    while (level.length > 0) {
      const next: typeof level = [];
      for (const { node, prefix } of level) {
        for (const { node_id = 0, local_name } of node.children ?? []) {
          const child = this.nodes[node_id];
          if (!child || seen.has(child) || !follows(local_name)) continue;
          seen.add(child);
          const key = valueKey(child);
          if (key !== undefined) found.push({ path: prefix + local_name, key });
          next.push({ node: child, prefix: `${prefix}${local_name}/` });
        }
      }
      level = next;
    }
    return found;
  }

  private nodeAt(path: string): ObjectNode | undefined {
    let node = this.nodes[0];
    for (const part of path === '' ? [] : path.split('/')) {
      const child = node?.children?.find(({ local_name }) => local_name === part);
      node = child && this.nodes[child.node_id ?? 0];
    }
    return node;
  }

  /** Whether the root has a child of this name. */
  has(child: string): boolean {
    return this.nodes[0]?.children?.some(({ local_name }) => local_name === child) ?? false;
  }

  /** Every key of a variable's value. */
  keys(): string[] {
    return this.nodes.flatMap(({ attributes }) => (attributes ?? []).map(({ checkpoint_key }) => checkpoint_key));
  }
}

function valueKey(node: ObjectNode | undefined): string | undefined {
  return node?.attributes?.find(({ name }) => name === VALUE_ATTRIBUTE)?.checkpoint_key;
}

/** The key that `tf.train.Checkpoint` gives to the variable at `path`. */
export function checkpointKey(path: string): string {
  return `${path}/.ATTRIBUTES/${VALUE_ATTRIBUTE}`;
}

/** The serialized object graph of variables at these paths, as `tf.train.Checkpoint` writes it. */
export function encodeObjectGraph(paths: readonly string[]): Uint8Array {
  return TrackableObjectGraph.encode(TrackableObjectGraph.create({ nodes: treeOf(paths) })).finish();
}

function treeOf(paths: readonly string[]): Required<ObjectNode>[] {
  const nodes: Required<ObjectNode>[] = [{ children: [], attributes: [] }];
  const ids = new Map<string, number>([['', 0]]);
  const nodeAt = (path: string): number => {
    const known = ids.get(path);
    if (known !== undefined) return known;
    const cut = path.lastIndexOf('/');
    const parent = nodeAt(cut < 0 ? '' : path.slice(0, cut));
    const id = nodes.push({ children: [], attributes: [] }) - 1;
    ids.set(path, id);
    nodes[parent]?.children.push({ node_id: id, local_name: path.slice(cut + 1) });
    return id;
  };
  for (const path of paths) {
    nodes[nodeAt(path)]?.attributes.push({
      name: VALUE_ATTRIBUTE,
      full_name: path,
      checkpoint_key: checkpointKey(path),
    });
  }
  return nodes;
}
