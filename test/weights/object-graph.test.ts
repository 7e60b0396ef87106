import { checkpointKey, encodeObjectGraph, ObjectGraph } from '../../lib/weights/object-graph';
import { TrackableObjectGraph } from '../../lib/graph/messages';

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
});
