import { CheckpointedModel } from '../../lib/model/checkpointed-model';
import { checkpointKey, ObjectGraph } from '../../lib/formats/object-graph';
import { objectGraphBytes } from '../support/bundles';

const BACKBONE = [
  'layer_with_weights-0/layer_with_weights-0/kernel',
  'layer_with_weights-0/layer_with_weights-1/kernel',
];
const MODEL = [...BACKBONE, 'layer_with_weights-1/kernel'];
const below = (object: string, paths: readonly string[]) => paths.map((path) => ({ path: object + path }));
const inner = BACKBONE.map((path) => path.slice('layer_with_weights-0/'.length));

function find(
  variables: Parameters<typeof objectGraphBytes>[0],
  wanted: readonly string[] = MODEL,
  aliases: Record<string, string> = {},
): CheckpointedModel {
  const graph = ObjectGraph.decode(objectGraphBytes(variables, aliases));
  return CheckpointedModel.find(
    graph,
    wanted.map((path) => [path]),
  );
}

describe('the model in a checkpoint (specification §5.2)', () => {
  it.each([
    ['below `model`', 'model/', MODEL, MODEL],
    ['at the root', '', MODEL, MODEL],
    ['as a backbone below `backbone`', 'backbone/', inner, BACKBONE],
    ['as a backbone at the root', '', inner, BACKBONE],
  ])('is found %s', (_, object, paths, found) => {
    const model = find(below(object, paths));
    expect(MODEL.map((path) => model.keyOf(path))).toEqual(
      MODEL.map((path) => (found.includes(path) ? checkpointKey(object + paths[found.indexOf(path)]!) : undefined)),
    );
    expect(new Set(model.variables().map(({ path }) => path))).toEqual(new Set(found));
  });

  it('is found below `model` where keys say `backbone`', () => {
    const variables = [...below('backbone/', inner), ...below('model/', MODEL.slice(-1))];
    const model = find(variables, MODEL, { 'model/layer_with_weights-0': 'backbone' });
    expect(MODEL.map((path) => model.keyOf(path))).toEqual(variables.map(({ path }) => checkpointKey(path)));
    expect(model.variables()).toHaveLength(3);
  });

  it('is the larger part where there are several', () => {
    const model = find([...below('model/', MODEL.slice(-1)), ...below('backbone/', inner)], BACKBONE);
    expect(model.keyOf(BACKBONE[0]!)).toBe(checkpointKey(`backbone/${inner[0]}`));
  });

  it('may have a variable at another path', () => {
    const graph = ObjectGraph.decode(objectGraphBytes([...below('model/', ['a/x']), ...below('', ['a/y', 'b/z'])]));
    const model = CheckpointedModel.find(graph, [
      ['a/x', 'a/y'],
      ['b/x', 'b/z'],
    ]);
    expect([model.keyOf('a/x'), model.keyOf('b/z')]).toEqual([undefined, checkpointKey('b/z')]);
  });

  it('does without what training and Keras keep beside it', () => {
    const beside = [
      'optimizer/_variables/1',
      'optimizer/_learning_rate',
      'keras_api/metrics/0/total',
      'save_counter',
      'global_step',
      'layer_with_weights-1/kernel/.OPTIMIZER_SLOT/optimizer/m',
      'metrics/0/count',
      'variables/0',
    ];
    expect(
      find(below('', [...beside, ...MODEL]))
        .variables()
        .map(({ path }) => path),
    ).toEqual(['layer_with_weights-1/kernel', ...BACKBONE]);
  });
});
