import { GraphBuilder } from '../../lib/graph/builder';
import { floatConstant, multiply } from '../../lib/graph/ops';
import { addVariable } from '../../lib/graph/variables';
import { loadAddon } from '../../lib/native/addon';
import { adam, sgd, type Optimizer } from '../../lib/learning/optimizer';
import { cosineDecay } from '../../lib/learning/schedule';

const addon = loadAddon();

/** Minimises 0.5 · 3 · w² from w = 2 and returns w after each step; the gradient is 3w. */
async function trajectory(optimizer: Optimizer, steps: number): Promise<number[]> {
  const g = new GraphBuilder(addon);
  const w = addVariable(g, 'w', []);
  const loss = multiply(g, multiply(g, w.value, w.value), floatConstant(g, 1.5));
  const built = await optimizer.build(g, [w], await g.graph.addGradients([loss], [w.value]));
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
    built.stepInputs.map(({ placeholder }) => placeholder),
    [],
    built.updates,
  );
  const read = session.prepare([], [w.value]);
  const values: number[] = [];
  for (let i = 0; i < steps; i++) {
    await session.run(
      step,
      built.stepInputs.map(({ value }) => scalar(value(i))),
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

  it('a schedule is asked at every step', async () => {
    const steps: number[] = [];
    const schedule = (step: number) => {
      steps.push(step);
      return step === 1 ? 0 : 0.1;
    };
    const [first, second] = await trajectory(sgd({ learningRate: schedule }), 2);
    expect(second).toBe(first);
    expect(steps).toEqual([0, 1]);
  });
});

describe('cosineDecay', () => {
  const schedule = cosineDecay(1, 110, { warmupSteps: 10, alpha: 0.1 });

  it('warms up in even steps, then falls to alpha', () => {
    expect(schedule(0)).toBeCloseTo(0.1);
    expect(schedule(9)).toBeCloseTo(1);
    expect(schedule(10)).toBeCloseTo(1);
    expect(schedule(60)).toBeCloseTo(0.55);
    expect(schedule(110)).toBeCloseTo(0.1);
    expect(schedule(500)).toBeCloseTo(0.1);
  });
});
