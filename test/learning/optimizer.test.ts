import { GraphBuilder } from '../../lib/graph/builder';
import { floatConstant, multiply } from '../../lib/graph/ops';
import { addVariable } from '../../lib/graph/variables';
import { loadAddon } from '../../lib/native/addon';
import type { Described } from '../../lib/base/described';
import { UsageError } from '../../lib/base/errors';
import { FIRST_STEP, StepInputs } from '../../lib/graph/step-inputs';
import { adam, adamW, optimizers, rmsprop, sgd } from '../../lib/learning/optimizer';
import { cosineDecay } from '../../lib/learning/schedule';
import { learn } from './support/graph-steps';
import { kerasValues } from './support/keras-values';

const addon = loadAddon();

/** Minimises 0.5 · 3 · w² from w = 2 and returns w after each step; the gradient is 3w. */
async function trajectory(optimizer: Described<'optimizer'>, steps: number): Promise<number[]> {
  const g = new GraphBuilder(addon);
  const w = addVariable(g, 'w', []);
  const loss = multiply(g, multiply(g, w.value, w.value), floatConstant(g, 1.5));
  const gradients = await g.graph.addGradients([loss], [w.value]);
  const inputs = new StepInputs(g);
  const { learningRate, build } = optimizers.build(optimizer);
  const rate = inputs.feed(({ step }) => learningRate.at(step));
  const built = await build(g, [{ variable: w, gradient: gradients[0] as string, rate, decays: true }], inputs);
  using session = await addon.createSession(g.graph);
  const scalar = (value: number) => {
    const tensor = addon.createTensor('float32', []);
    (tensor.data() as Float32Array)[0] = value;
    return tensor;
  };
  for (const [variable, value] of [[w, 2], ...built.slots.map((slot) => [slot, 0] as const)] as const) {
    await session.run(session.prepare([variable.initialValue], [], [variable.assign]), [scalar(value)]);
  }
  const step = session.prepare(
    inputs.all.map(({ placeholder }) => placeholder),
    [],
    built.updates,
  );
  const read = session.prepare([], [w.value]);
  const values: number[] = [];
  for (let i = 0; i < steps; i++) {
    await session.run(
      step,
      inputs.all.map(({ value }) => scalar(value({ ...FIRST_STEP, step: i, pass: i }))),
    );
    const [tensor] = await session.run(read, []);
    values.push((tensor?.data() as Float32Array)[0] as number);
  }
  return values;
}

describe('optimizers', () => {
  it('adam follows the textbook’s recurrence', async () => {
    const [rate, beta1, beta2, epsilon] = [0.1, 0.9, 0.999, 1e-7];
    let [w, m, v] = [2, 0, 0];
    const expected = Array.from({ length: 5 }, (_, i) => {
      const gradient = 3 * w;
      m = beta1 * m + (1 - beta1) * gradient;
      v = beta2 * v + (1 - beta2) * gradient ** 2;
      w -= (rate * Math.sqrt(1 - beta2 ** (i + 1)) * m) / (1 - beta1 ** (i + 1)) / (Math.sqrt(v) + epsilon);
      return w;
    });
    const actual = await trajectory(adam({ learningRate: rate }), 5);
    actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i] as number, 5));
  });

  it('sgd steps down the gradient', async () => {
    const actual = await trajectory(sgd({ learningRate: 0.1 }), 3);
    [2 * 0.7, 2 * 0.7 ** 2, 2 * 0.7 ** 3].forEach((value, i) => expect(actual[i]).toBeCloseTo(value, 5));
  });

  it('momentum keeps going', async () => {
    let [w, velocity] = [2, 0];
    const expected = Array.from({ length: 4 }, () => {
      velocity = 0.9 * velocity + 3 * w;
      w -= 0.05 * velocity;
      return w;
    });
    const actual = await trajectory(sgd({ learningRate: 0.05, momentum: 0.9 }), 4);
    actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i] as number, 5));
  });

  it('nesterov looks ahead by the momentum', async () => {
    let [w, velocity] = [2, 0];
    const expected = Array.from({ length: 4 }, () => {
      const gradient = 3 * w;
      velocity = 0.9 * velocity + gradient;
      w -= 0.05 * (gradient + 0.9 * velocity);
      return w;
    });
    const actual = await trajectory(sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true }), 4);
    actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i] as number, 5));
  });

  it('takes the rate of each step from its schedule', async () => {
    const rates = [0.1, 0.05, 0];
    let w = 2;
    const expected = rates.map((rate) => (w -= rate * 3 * w));
    const actual = await trajectory(sgd({ learningRate: cosineDecay({ initial: 0.1, steps: 2 }) }), 3);
    actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i] as number, 5));
  });

  it('stands still at rate 0', async () => {
    expect(await trajectory(adam({ learningRate: 0 }), 2)).toEqual([2, 2]);
  });
});

/** The numbers that they compute are those of Keras: see keras.test.ts. */
describe('of each variable they keep', () => {
  it.each([
    [adam(), ['m', 'v']],
    [adamW(), ['m', 'v']],
    [sgd(), []],
    [sgd({ momentum: 0.5 }), ['momentum']],
    [rmsprop(), ['velocity', 'momentum']],
    [rmsprop({ centered: true }), ['average_gradient', 'velocity', 'momentum']],
  ])('%j: slots named for what they are', async (optimizer, names) => {
    const { start, rates, gradients } = kerasValues;
    const { slots } = await learn({ optimizer, start, rates, gradients: gradients.slice(0, 1) });
    const expected = ['kernel', 'bias'].flatMap((variable) =>
      names.map((name) => `${variable}/.OPTIMIZER_SLOT/${name}`),
    );
    expect(slots).toEqual(expected);
  });
});

describe('their descriptions', () => {
  it('state every default', () => {
    expect(adam()).toEqual({
      kind: 'adam',
      learningRate: { kind: 'constant', rate: 1e-3 },
      ...{ beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0 },
    });
    expect(adamW()).toEqual({ ...adam(), kind: 'adamW', weightDecay: 0.004 });
    expect(rmsprop()).toEqual({
      kind: 'rmsprop',
      learningRate: { kind: 'constant', rate: 1e-3 },
      ...{ rho: 0.9, momentum: 0, epsilon: 1e-7, centered: false, weightDecay: 0 },
    });
    expect(sgd({ learningRate: cosineDecay({ initial: 1, steps: 9 }) })).toEqual({
      kind: 'sgd',
      learningRate: { kind: 'cosineDecay', initial: 1, steps: 9, alpha: 0, warmupSteps: 0 },
      ...{ momentum: 0, nesterov: false, weightDecay: 0 },
    });
  });

  it('come from a file as they are written', () => {
    const written = { kind: 'adam', learningRate: { kind: 'cosineDecay', initial: 0.01, steps: 7 } };
    const described = optimizers.check(JSON.parse(JSON.stringify(written)));
    expect(described).toEqual(adam({ learningRate: cosineDecay({ initial: 0.01, steps: 7 }) }));
    expect(optimizers.check(JSON.parse(JSON.stringify(described)))).toEqual(described);
    expect(optimizers.build(described).learningRate.at(7)).toBeCloseTo(0);
  });

  it.each<[unknown, string]>([
    [{ kind: 'adam', learningRate: -1 }, 'rate: expected a number of at least 0, got -1'],
    [{ kind: 'adam', learningRate: NaN }, 'rate: expected a number of at least 0, got NaN'],
    [{ kind: 'adam', learningRate: Infinity }, 'rate: expected a number of at least 0, got Infinity'],
    [{ kind: 'adam', learningRate: () => 1 }, 'learningRate: the schedule is a function: expected a number, or {'],
    [{ kind: 'adam', beta1: 1 }, 'The optimizer adam: beta1: expected a number of at least 0 and below 1, got 1'],
    [{ kind: 'adam', beta2: -0.1 }, 'beta2: expected a number of at least 0 and below 1, got -0.1'],
    [{ kind: 'adam', epsilon: 0 }, 'epsilon: expected a number above 0, got 0'],
    [
      { kind: 'adam', momentum: 0.9 },
      'The optimizer adam has no option momentum: expected some of learningRate, beta1',
    ],
    [{ kind: 'sgd', momentum: 1 }, 'momentum: expected a number of at least 0 and below 1, got 1'],
    [{ kind: 'sgd', nesterov: true }, 'nesterov: it looks ahead by the momentum, which is 0: give a momentum above 0'],
    [{ kind: 'adamW', weightDecay: -1 }, 'weightDecay: expected a number of at least 0, got -1'],
    [{ kind: 'rmsprop', rho: 1 }, 'rho: expected a number of at least 0 and below 1, got 1'],
    [{ kind: 'rmsprop', epsilon: 0 }, 'epsilon: expected a number above 0, got 0'],
    [{ kind: 'sgd', nesterov: 'yes' }, 'nesterov: expected true or false, got "yes"'],
    [{ kind: 'lion' }, 'There is no optimizer of kind "lion": expected one of adam, adamW, sgd, rmsprop'],
    [
      { kind: 'sgd', learningRate: { kind: 'cosineDecay', initial: 1, steps: 0 } },
      'The optimizer sgd: learningRate: the schedule cosineDecay: steps: expected an integer of at least 1, got 0',
    ],
  ])('refuse %j', (given, message) => {
    expect(() => optimizers.check(given)).toThrow(UsageError);
    expect(() => optimizers.check(given)).toThrow(message);
  });
});
