import { GraphBuilder } from '../../lib/graph/builder';
import { GradientTape } from '../../lib/graph/gradient-tape';
import { add, floatConstant, multiply, placeholder } from '../../lib/graph/ops';
import { loadAddon } from '../../lib/native/addon';
import type { Output } from '../../lib/native/graph';
import { openSession } from '../../lib/runtime/open-session';

const addon = loadAddon();

async function valuesOf(g: GraphBuilder, outputs: Output[], feeds: [Output, number][]): Promise<number[]> {
  using session = await openSession(addon, g.graph);
  const tensors = feeds.map(([, value]) => {
    const tensor = addon.createTensor('float32', []);
    (tensor.data() as Float32Array)[0] = value;
    return tensor;
  });
  const plan = session.prepare(
    feeds.map(([input]) => input),
    outputs,
  );
  const results = await session.run(plan, tensors);
  const values = results.map((result) => (result.data() as Float32Array)[0] as number);
  [...tensors, ...results].forEach((tensor) => tensor.dispose());
  return values;
}

/** A product, as an operation that TensorFlow knows no gradient of. */
function product(g: GraphBuilder, tape: GradientTape, x: Output, weight: Output): Output {
  const taken = tape.weight(weight);
  return tape.record({
    activations: x,
    weights: [taken],
    result: multiply(g, x, taken),
    gradient: (ofResult, first) => ({
      activations: first ? undefined : multiply(g, ofResult, taken),
      weights: [multiply(g, ofResult, x)],
    }),
  });
}

function scalars(g: GraphBuilder, count: number): Output[] {
  return Array.from({ length: count }, () => placeholder(g, 'float32', []));
}

describe('gradients through operations that TensorFlow knows none of', () => {
  it('are those of a chain, of what stands before its weights and of what comes behind', async () => {
    const g = new GraphBuilder(addon);
    const [x, v, w] = scalars(g, 3) as [Output, Output, Output];
    const tape = new GradientTape(g);
    const first = product(g, tape, x, multiply(g, v, floatConstant(g, 3)));
    const second = product(g, tape, first, w);
    // y = (3 v w x)²
    const gradients = await tape.gradients(multiply(g, second, second), [v, w]);
    const feeds: [Output, number][] = [
      [x, 2],
      [v, 5],
      [w, 0.5],
    ];
    expect(await valuesOf(g, gradients, feeds)).toEqual([2 * 15 * 6 * 0.5, 2 * 15 * 30]);
  });

  it('are added to what reaches a variable in other ways', async () => {
    const g = new GraphBuilder(addon);
    const [x, v, w] = scalars(g, 3) as [Output, Output, Output];
    const tape = new GradientTape(g);
    const second = product(g, tape, product(g, tape, x, v), w);
    // y = v w x + v² / 2 + 2 w
    const penalty = add(g, g.op('L2Loss', [v]), multiply(g, w, floatConstant(g, 2)));
    const gradients = await tape.gradients(add(g, second, penalty), [v, w]);
    const feeds: [Output, number][] = [
      [x, 2],
      [v, 5],
      [w, 3],
    ];
    expect(await valuesOf(g, gradients, feeds)).toEqual([6 + 5, 10 + 2]);
  });

  it('are TensorFlow’s own where nothing was recorded', async () => {
    const g = new GraphBuilder(addon);
    const [v] = scalars(g, 1) as [Output];
    const gradients = await new GradientTape(g).gradients(multiply(g, v, v), [v]);
    expect(await valuesOf(g, gradients, [[v, 4]])).toEqual([8]);
  });

  it('are those of a chain alone', () => {
    const g = new GraphBuilder(addon);
    const [x, v, w] = scalars(g, 3) as [Output, Output, Output];
    const tape = new GradientTape(g);
    product(g, tape, x, v);
    expect(() => product(g, tape, x, w)).toThrow(TypeError);
  });

  it('are refused where the result does not depend on what was recorded', async () => {
    const g = new GraphBuilder(addon);
    const [x, v] = scalars(g, 2) as [Output, Output];
    const tape = new GradientTape(g);
    product(g, tape, x, v);
    await expect(tape.gradients(multiply(g, v, v), [v])).rejects.toThrow(/gradient/i);
  });
});
