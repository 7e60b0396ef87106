import { CheckpointError, CheckpointMismatchError } from '../../lib/base/errors';
import { type Architecture, type Parameter, isHead } from '../../lib/movinet/architecture';
import { architectureOf } from '../../lib/movinet/describe-movinet';
import { ObjectGraph, checkpointKey } from '../../lib/formats/object-graph';
import { type CheckpointMatch, matchCheckpoint } from '../../lib/model/match-checkpoint';

const relu6 = architectureOf('a0-stream-relu6', 4);
const isBackbone = (parameter: Parameter): boolean => !isHead(parameter);
const FLOAT32 = 1;
const INT64 = 9;

interface Extra {
  readonly path: string;
  readonly dtype?: number;
}

/** What matches between a checkpoint of `saved` with more variables beside `model`, and `architecture`. */
function match(
  saved: Architecture,
  architecture: Architecture,
  { extras = [], wanted = () => true }: { extras?: readonly Extra[]; wanted?: (parameter: Parameter) => boolean } = {},
): CheckpointMatch {
  const entries = [
    ...saved.parameters.map(({ path, shape }) => ({ path: `model/${path}`, shape, dtype: FLOAT32 })),
    ...extras.map(({ path, dtype = FLOAT32 }) => ({ path, shape: [2, 3], dtype })),
  ].map(({ path, ...entry }) => ({ key: checkpointKey(path), ...entry, size: 0 }));
  return matchCheckpoint(ObjectGraph.ofKeys(entries.map(({ key }) => key)), entries, architecture, wanted);
}

describe('matching a checkpoint with a model', () => {
  it('finds every variable, and nothing more', () => {
    const { keys, complete, ...differences } = match(relu6, relu6);
    expect(complete).toBe(true);
    expect([...keys]).toEqual(relu6.parameters.map(({ path }) => [path, checkpointKey(`model/${path}`)]));
    expect(differences).toEqual({ missing: [], mismatched: [], extra: [] });
  });

  it('lists what is missing in one direction as extra in the other', () => {
    const stream = architectureOf('a0-stream', 4);
    const attention = stream.parameters.map(({ path }) => path).filter((path) => path.includes('/_attention/'));
    expect(attention).toHaveLength(60);
    expect(match(relu6, stream)).toMatchObject({ missing: attention, mismatched: [], extra: [] });
    const { missing, mismatched, extra, complete } = match(stream, relu6);
    expect([missing, mismatched, new Set(extra)]).toEqual([[], [], new Set(attention)]);
    // Every variable is there, but the blocks are not those of the model.
    expect(complete).toBe(false);
  });

  it('lists another number of classes as another shape, and nothing where only the backbone is wanted', () => {
    const five = architectureOf('a0-stream-relu6', 5);
    const path = 'layer_with_weights-1/_classifier/_conv/_conv';
    expect(match(relu6, five)).toMatchObject({
      missing: [],
      mismatched: [
        { path: `${path}/kernel`, expected: [1, 1, 2048, 5], actual: [1, 1, 2048, 4] },
        { path: `${path}/bias`, expected: [5], actual: [4] },
      ],
      extra: [],
    });
    const extras = [{ path: 'model/layer_with_weights-1/_other/kernel' }];
    const { keys, complete, ...differences } = match(relu6, five, { wanted: isBackbone, extras });
    expect([keys.size, complete]).toEqual([325, true]);
    expect(differences).toEqual({ missing: [], mismatched: [], extra: [] });
  });

  it("refuses a base model's kernels over frames and pixels for a stream model, and the reverse", () => {
    const base = architectureOf('a0-base', 4);
    const { mismatched, missing, extra } = match(base, relu6);
    expect(mismatched).toHaveLength(11);
    expect(mismatched[0]).toEqual({
      path: 'layer_with_weights-0/layer_with_weights-2/_feature/_conv/_conv/depthwise_kernel',
      expected: [3, 3, 80, 1],
      actual: [3, 3, 3, 1, 80],
    });
    expect(missing.every((path) => path.includes('_temporal'))).toBe(true);
    expect(extra.every((path) => path.includes('_attention'))).toBe(true);
    expect(match(relu6, base).mismatched).toContainEqual({
      path: 'layer_with_weights-0/layer_with_weights-2/_feature/_conv/kernel',
      expected: [3, 3, 3, 1, 80],
      actual: [3, 3, 80, 1],
    });
  });

  it('counts as extra what is float32 and belongs to the model', () => {
    const kernel = `model/${relu6.stem.kernel.path}`;
    const extras = [
      { path: 'model/layer_with_weights-0/layer_with_weights-0/_stem/ema_step', dtype: INT64 },
      { path: 'model/layer_with_weights-2/kernel' },
      { path: 'model/optimizer/_variables/1' },
      { path: 'model/keras_api/metrics/0/total' },
      { path: `${kernel}/.OPTIMIZER_SLOT/optimizer/m` },
      { path: 'optimizer/beta_1' },
      { path: 'save_counter', dtype: INT64 },
    ];
    expect(match(relu6, relu6, { extras })).toMatchObject({ extra: ['layer_with_weights-2/kernel'], complete: true });
  });
});

describe('CheckpointMismatchError', () => {
  it('says how many there are of each kind and names three', () => {
    const names = (kind: string, count: number) => Array.from({ length: count }, (_, i) => `${kind}${i}`);
    const differences = {
      missing: names('m', 15),
      extra: names('e', 3),
      mismatched: names('s', 4).map((path) => ({ path, expected: [1, 2], actual: [3] })),
    };
    const error = new CheckpointMismatchError('The checkpoint x', 20, differences);
    expect(error).toBeInstanceOf(CheckpointError);
    expect(error).toMatchObject({ ...differences, shortened: true });
    const shape = "with shape [3], the model's is [1, 2]";
    expect(error.message).toBe(
      'The checkpoint x lacks 15 of 20 variables: m0, m1, m2 and 12 more; ' +
        `has 4 of another shape: s0 ${shape}, s1 ${shape}, s2 ${shape} and 1 more; ` +
        "has 3 that the model lacks: e0, e1, e2; is it another model's?",
    );
  });
});
