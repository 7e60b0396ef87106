import { GraphBuilder } from '../../../lib/graph/builder';
import { floatConstant, placeholder } from '../../../lib/graph/ops';
import { StepInputs } from '../../../lib/graph/step-inputs';
import { ClipLayout } from '../../../lib/movinet/network/layout';
import { RandomDrop } from '../../../lib/movinet/network/random-drop';
import { loadAddon } from '../../../lib/native/addon';
import type { Output } from '../../../lib/native/graph';
import type { NativeTensor } from '../../../lib/native/tensor';
import { kerasValues } from '../../learning/support/keras-values';

const addon = loadAddon();
const RATE = 0.2;
const KEPT = Math.fround(1 / (1 - RATE));

/** What `build` adds, at the first `steps` steps of one session. */
async function run(build: (g: GraphBuilder, inputs: StepInputs) => Output, steps = 1): Promise<Float32Array[]> {
  const g = new GraphBuilder(addon);
  const inputs = new StepInputs(g);
  const output = build(g, inputs);
  using session = await addon.createSession(g.graph);
  const plan = session.prepare([inputs.pass], [output]);
  const results: Float32Array[] = [];
  for (let i = 0; i < steps; i++) {
    using step = addon.createTensor('int32', []);
    (step.data() as Int32Array)[0] = i;
    const [tensor] = await session.run(plan, [step]);
    using owned = tensor as NativeTensor;
    results.push((owned.data() as Float32Array).slice());
  }
  return results;
}

const ones = (g: GraphBuilder, shape: number[]) =>
  floatConstant(g, new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1), shape);

function dropUnits(count: number, { seed = 0, training = true, rate = RATE } = {}) {
  return (g: GraphBuilder, inputs: StepInputs): Output =>
    new RandomDrop(g, training ? { seed, inputs } : undefined).units(ones(g, [count]), rate, 'here');
}

/** Five standard deviations of how many of `count` are dropped: a right implementation fails once in two million runs, and the seed is fixed. */
function expectDropped(dropped: number, count: number, rate: number): void {
  const deviation = Math.sqrt(count * rate * (1 - rate));
  expect(Math.abs(dropped - count * rate)).toBeLessThan(5 * deviation);
}

const zeros = (values: Float32Array) => values.reduce((total, value) => total + (value === 0 ? 1 : 0), 0);

describe('dropout', () => {
  const COUNT = 100_000;

  it.each([0.05, RATE, 0.5, 0.9])('drops its share at rate %p and keeps the mean', async (rate) => {
    const [values] = (await run(dropUnits(COUNT, { rate }))) as [Float32Array];
    expectDropped(zeros(values), COUNT, rate);
    expect([...new Set(values)].sort()).toEqual([0, Math.fround(1 / (1 - rate))]);
  });

  it.each(kerasValues.dropout)('scales up what it keeps as Keras does at rate $rate', async ({ rate, kept }) => {
    const [values] = (await run(dropUnits(100, { rate }))) as [Float32Array];
    const scaled = values.filter((value) => value !== 0);
    expect(scaled.length).toBeGreaterThan(0);
    scaled.forEach((value) => expect(Math.abs(value / kept - 1)).toBeLessThan(1e-6));
  });

  it('drops other units at each step, the same ones again with the same seed, others with another', async () => {
    const [first, second] = (await run(dropUnits(1000), 2)) as [Float32Array, Float32Array];
    expect(second).not.toEqual(first);
    expect(await run(dropUnits(1000), 2)).toEqual([first, second]);
    const [other] = (await run(dropUnits(1000, { seed: 1 }))) as [Float32Array];
    expect(other).not.toEqual(first);
  });

  it('drops other units in each of its places', async () => {
    const drop = (g: GraphBuilder, inputs: StepInputs): Output => {
      const random = new RandomDrop(g, { seed: 0, inputs });
      const places = ['here', 'there'].map((place) => random.units(ones(g, [1000]), RATE, place));
      return g.op('Pack', [places]);
    };
    const [values] = (await run(drop)) as [Float32Array];
    expect(values.subarray(0, 1000)).not.toEqual(values.subarray(1000));
  });

  it.each([
    ['outside training', { training: false }],
    ['at rate 0', { rate: 0 }],
  ])('does nothing %s', async (_, options) => {
    const [values] = (await run(dropUnits(100, options))) as [Float32Array];
    expect(zeros(values)).toBe(0);
    expect(new Set(values)).toEqual(new Set([1]));
  });
});

describe('stochastic depth', () => {
  const [CLIPS, FRAMES, SIZE, CHANNELS] = [20_000, 2, 1, 3];

  it('drops whole clips, scales up the others and drops other clips at each step', async () => {
    const build = (g: GraphBuilder, inputs: StepInputs): Output => {
      const layout = new ClipLayout(g, placeholder(g, 'float32', [-1, FRAMES, SIZE, SIZE, CHANNELS]));
      const frames = ones(g, [CLIPS * FRAMES, SIZE, SIZE, CHANNELS]);
      return new RandomDrop(g, { seed: 7, inputs }).clips(frames, RATE, layout, 'here');
    };
    const steps = await run(build, 2);
    const perClip = FRAMES * SIZE * SIZE * CHANNELS;
    for (const values of steps) {
      const clips = Array.from({ length: CLIPS }, (_, i) => values.subarray(i * perClip, (i + 1) * perClip));
      expect(new Set(clips.map((clip) => clip[0]))).toEqual(new Set([0, KEPT]));
      expect(clips.every((clip) => clip.every((value) => value === clip[0]))).toBe(true);
      expectDropped(clips.filter((clip) => clip[0] === 0).length, CLIPS, RATE);
    }
    expect(steps[1]).not.toEqual(steps[0]);
  });
});
