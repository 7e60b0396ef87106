import { derive } from '../../../lib/base/random';
import { GraphBuilder } from '../../../lib/graph/builder';
import { placeholder } from '../../../lib/graph/ops';
import { VariableStore } from '../../../lib/graph/variables';
import type { Weights } from '../../../lib/graph/weights';
import type { Architecture, Block, Conv, Parameter } from '../../../lib/movinet/architecture';
import { architectureOf } from '../../../lib/movinet/describe-movinet';
import { initialWeights } from '../../../lib/movinet/initialize';
import type { BuildContext } from '../../../lib/movinet/network/build-context';
import { featureConvolution } from '../../../lib/movinet/network/feature-convolution';
import { convolution } from '../../../lib/movinet/network/layers';
import { ClipLayout } from '../../../lib/movinet/network/layout';
import { MovinetNetwork } from '../../../lib/movinet/network/network';
import { NetworkParameters } from '../../../lib/movinet/network/parameters';
import type { ModelId } from '../../../lib/movinet/options';
import { loadAddon } from '../../../lib/native/addon';
import type { Output } from '../../../lib/native/graph';
import type { NativeTensor } from '../../../lib/native/tensor';
import { relativeError } from '../../../scripts/parity/errors';

const addon = loadAddon();
const [FRAMES, SIZE, CLASSES] = [4, 8, 3];

/** As a trained model has them: no statistic is that of a fresh one. */
function trainedWeights(architecture: Architecture): Weights {
  const uniform = (path: string) => {
    const random = derive(1, path);
    return () => random.float();
  };
  const weights = initialWeights(architecture, { uniform, reZero: 1 });
  for (const parameter of architecture.parameters.filter(({ role }) => role !== 'kernel')) {
    const random = derive(2, parameter.path);
    const { shape, data } = weights.get(parameter);
    weights.set(parameter.path, { shape, data: data.map((value) => value + random.between(-0.4, 0.4)) });
  }
  return weights;
}

/** Builds something of the network on `x`. */
type Build = (g: GraphBuilder, parameters: NetworkParameters, x: Output) => Output | Promise<Output>;

interface Comparison {
  /** By what, `output` or a variable's path: what one build gives and what the other. */
  readonly numbers: Map<string, [fixed: Float32Array, moving: Float32Array]>;
  /** The variables of the build with fixed statistics, and whether it moves any. */
  readonly made: readonly Parameter[];
  readonly updates: readonly string[];
}

/** Outputs, and the gradients of half their squares, of two builds over the same variables. */
async function compareBuilds(architecture: Architecture, shape: number[], build: Build): Promise<Comparison> {
  const g = new GraphBuilder(addon);
  const store = new VariableStore<Parameter>(g);
  const weights = trainedWeights(architecture);
  const x = placeholder(g, 'float32', shape);
  const parameters = (statistics: 'fixed' | 'moving') =>
    new NetworkParameters(g, store, { weights, variables: () => true, statistics });
  const values = parameters('fixed');
  const fixed = await build(g, values, x);
  const made = store.entries().map(({ parameter }) => parameter);
  const moving = await build(g, parameters('moving'), x);
  const variables = made.map((parameter) => store.get(parameter));
  const withGradients = async (output: Output): Promise<Output[]> => {
    const objective = g.op('L2Loss', [output]);
    return [output, ...(await g.graph.addGradients([objective], [...variables.map(({ value }) => value), x]))];
  };
  const fetches = [await withGradients(fixed), await withGradients(moving)];
  using session = await addon.createSession(g.graph);
  const all = store.entries();
  const assign = session.prepare(
    all.map(({ variable }) => variable.initialValue),
    [],
    all.map(({ variable }) => variable.assign),
  );
  await session.run(
    assign,
    all.map(({ parameter }) => {
      const { data } = weights.get(parameter);
      return tensorOf([...parameter.shape], (i) => data[i] as number);
    }),
  );
  const random = derive(3, 'x');
  using input = tensorOf(shape, () => random.float());
  const results = (await session.run(session.prepare([x], fetches.flat()), [input])).map(copied);
  const names = ['output', ...variables.map(({ name }) => name), 'x'];
  const pair = (i: number): [Float32Array, Float32Array] => [results[i]!, results[names.length + i]!];
  return { numbers: new Map(names.map((name, i) => [name, pair(i)])), made, updates: values.statisticsUpdates() };
}

function tensorOf(shape: number[], value: (index: number) => number): NativeTensor {
  const tensor = addon.createTensor('float32', shape);
  const data = tensor.data() as Float32Array;
  data.forEach((_, i) => (data[i] = value(i)));
  return tensor;
}

function copied(tensor: NativeTensor): Float32Array {
  using owned = tensor;
  return (owned.data() as Float32Array).slice();
}

/** Each tensor by its own largest magnitude; the scalars, sums over whole blocks of which some end near zero, by that of them all. */
function expectSame({ numbers }: Comparison): void {
  const pairs = [...numbers];
  const [scalars, tensors] = [
    pairs.filter(([, [a]]) => a.length === 1).map(([, pair]) => pair),
    pairs.filter(([, [a]]) => a.length > 1),
  ];
  const errors = tensors.map(([name, [fixed, moving]]) => [name, relativeError(fixed, moving)] as const);
  const all = (which: 0 | 1) => scalars.map((pair) => pair[which][0] as number);
  expect([...errors, ['scalars', relativeError(all(0), all(1))] as const].filter(([, e]) => !(e < 1e-5))).toEqual([]);
}

const layers: Record<string, [ModelId, (architecture: Architecture) => Conv | Block]> = {
  'the stem': ['a0-base', ({ stem }) => stem],
  'a projection with its scale': ['a0-base', ({ blocks }) => blocks[0]!.projection],
  'a skip, which has an ε of its own': [
    'a0-base',
    ({ blocks }) => blocks.map(({ skip }) => skip).find((skip) => skip.kind === 'projection')!.conv,
  ],
  'a depthwise convolution of several frames': ['a0-base', ({ blocks }) => blocks.find((b) => b.kernelFrames > 1)!],
  'one of one frame': ['a0-base', ({ blocks }) => blocks.find((b) => b.kernelFrames === 1)!],
  'a spatial one and a temporal one': ['a0-stream-relu6', ({ blocks }) => blocks.find((b) => b.temporal)!],
};

describe('with fixed statistics', () => {
  it.each(Object.keys(layers))('%s is as with batch normalisation in inference mode, gradients too', async (name) => {
    const [id, pick] = layers[name]!;
    const architecture = architectureOf(id, CLASSES);
    const layer = pick(architecture);
    const channels = 'kernel' in layer ? layer.kernel.shape.at(-2)! : layer.expandedChannels;
    const comparison = await compareBuilds(architecture, [2 * FRAMES, SIZE, SIZE, channels], (g, parameters, x) => {
      const layout = new ClipLayout(g, placeholder(g, 'float32', [-1, FRAMES, SIZE, SIZE, channels]));
      const context: BuildContext = { g, options: architecture.options, parameters, layout, states: undefined };
      return 'kernel' in layer ? convolution(context, layer, x) : featureConvolution(context, layer, x);
    });
    expectSame(comparison);
  });

  it('a whole network is, and its moving statistics are no variables that anything moves', async () => {
    const architecture = architectureOf('t0-base', CLASSES);
    const comparison = await compareBuilds(architecture, [2, 2, 16, 16, 3], async (g, parameters, clips) => {
      const network = new MovinetNetwork(g, architecture, parameters);
      return network.logits(await network.features(clips));
    });
    expectSame(comparison);
    const learning = architecture.parameters.filter(({ trainable }) => trainable);
    expect(new Set(comparison.made)).toEqual(new Set(learning));
    expect(comparison.updates).toEqual([]);
  });
});
