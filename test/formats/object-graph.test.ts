import { CheckpointError } from '../../lib/base/errors';
import { checkpointKey, encodeObjectGraph, ObjectGraph } from '../../lib/formats/object-graph';
import { TrackableObjectGraph } from '../../lib/native/messages';

describe('object graphs', () => {
  const paths = ['model/a/kernel', 'model/a/bias', 'model/b/kernel', 'save_counter'];

  it('finds again what was written', () => {
    const graph = ObjectGraph.decode(encodeObjectGraph(paths));
    for (const path of paths) expect(graph.keyOf(path)).toBe(checkpointKey(path));
    expect(graph.keyOf('model/a')).toBeUndefined();
    expect(graph.keyOf('model/c/kernel')).toBeUndefined();
    expect(graph.has('model')).toBe(true);
    expect(graph.keys()).toHaveLength(paths.length);
  });

  it('refuses what is none, by an error that says so', () => {
    const cut = encodeObjectGraph(paths).subarray(0, -3);
    for (const bytes of [cut, Buffer.from('<!doctype html>')])
      expect(() => ObjectGraph.decode(bytes)).toThrow(CheckpointError);
    // A child without a name, a node without anything.
    expect(ObjectGraph.decode(Buffer.from('0a040a02080109', 'hex').subarray(0, 6)).has('model')).toBe(false);
  });

  it('takes the key from the node, whatever it is called: Keras bundles say variables/7 (specification §5.2)', () => {
    const bytes = TrackableObjectGraph.encode({
      nodes: [
        { children: [{ node_id: 1, local_name: 'layer_with_weights-0' }] },
        { children: [{ node_id: 2, local_name: 'kernel' }] },
        { attributes: [{ name: 'VARIABLE_VALUE', checkpoint_key: 'variables/7/.ATTRIBUTES/VARIABLE_VALUE' }] },
      ],
    }).finish();
    expect(ObjectGraph.decode(bytes).keyOf('layer_with_weights-0/kernel')).toBe(
      'variables/7/.ATTRIBUTES/VARIABLE_VALUE',
    );
  });

  it('lists each variable below an object once, by its shortest path, past cycles and what is not to be followed', () => {
    const reference = (node_id: number, local_name: string) => ({ node_id, local_name });
    const variable = (name: string) => ({ attributes: [{ name: 'VARIABLE_VALUE', checkpoint_key: name }] });
    const bytes = TrackableObjectGraph.encode({
      nodes: [
        { children: [reference(1, 'model'), reference(0, 'root')] },
        { children: [reference(2, 'a'), reference(4, 'optimizer'), reference(1, 'self'), reference(9, 'nowhere')] },
        { children: [reference(3, 'kernel'), reference(5, 'b')] },
        variable('K'),
        { children: [reference(6, 'm')] },
        { children: [reference(3, 'again'), reference(7, 'bias')] },
        variable('M'),
        variable('B'),
      ],
    }).finish();
    const graph = ObjectGraph.decode(bytes);
    const below = (path: string) => graph.variablesBelow(path, (child) => child !== 'optimizer');
    expect(below('model')).toEqual([
      { path: 'a/kernel', key: 'K' },
      { path: 'a/b/bias', key: 'B' },
    ]);
    expect(below('').map(({ path }) => path)).toEqual(['model/a/kernel', 'model/a/b/bias']);
    expect(below('elsewhere')).toEqual([]);
  });

  it('follows the keys where there is no graph', () => {
    const graph = ObjectGraph.ofKeys([...paths.map(checkpointKey), 'w', '_CHECKPOINTABLE_OBJECT_GRAPH']);
    for (const path of paths) expect(graph.keyOf(path)).toBe(checkpointKey(path));
    expect(graph.keys()).toHaveLength(paths.length);
  });
});
