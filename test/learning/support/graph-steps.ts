import type { Described } from '../../../lib/base/described';
import { GraphBuilder } from '../../../lib/graph/builder';
import { placeholder } from '../../../lib/graph/ops';
import { FIRST_STEP, StepInputs } from '../../../lib/graph/step-inputs';
import { addVariable, type Variable } from '../../../lib/graph/variables';
import { optimizers } from '../../../lib/learning/optimizer';
import { weightAverages } from '../../../lib/learning/weight-average';
import { loadAddon } from '../../../lib/native/addon';
import type { Output } from '../../../lib/native/graph';
import type { NativeTensor } from '../../../lib/native/tensor';
import { flat, type Pair, type Rows } from './keras-values';

export const addon = loadAddon();

export function floats(shape: readonly number[], values: ArrayLike<number>): NativeTensor {
  const tensor = addon.createTensor('float32', [...shape]);
  (tensor.data() as Float32Array).set(Array.from(values));
  return tensor;
}

/** What a graph gives for what it is fed, in a session of its own. */
export async function evaluate(
  g: GraphBuilder,
  feeds: readonly (readonly [Output, NativeTensor])[],
  fetches: readonly Output[],
): Promise<number[][]> {
  using session = await addon.createSession(g.graph);
  const plan = session.prepare(
    feeds.map(([output]) => output),
    [...fetches],
  );
  const tensors = await session.run(
    plan,
    feeds.map(([, tensor]) => tensor),
  );
  return tensors.map((tensor) => [...(tensor.data() as Float32Array)]);
}

export interface Learning {
  readonly optimizer: Described<'optimizer'>;
  readonly average?: Described<'weightAverage'>;
  readonly start: Pair<Rows>;
  readonly rates: readonly number[];
  readonly gradients: readonly Pair<Rows>[];
}

/** The values of a kernel, which decays, and of a bias, which does not. */
export type Values = Pair<number[]>;

/** Takes steps from given gradients; what the variables, and their averages, are after each. `slots`: the names of all slots. */
export async function learn(
  given: Learning,
): Promise<{ variables: Values[]; averages: Values[]; slots: readonly string[] }> {
  const { start, rates } = given;
  const g = new GraphBuilder(addon);
  const inputs = new StepInputs(g);
  const rate = inputs.feed(({ step }) => rates[step] as number);
  const names = ['kernel', 'bias'] as const;
  const learned = names.map((name) => {
    const shape = name === 'kernel' ? [2, 3] : [3];
    const gradient = placeholder(g, 'float32', shape, `${name}/gradient`);
    return { variable: addVariable(g, name, shape), gradient, rate, decays: name === 'kernel' };
  });
  const built = await optimizers.build(given.optimizer).build(g, learned, inputs);
  const variables = learned.map(({ variable }) => variable);
  const average = given.average && weightAverages.build(given.average);
  const averaged = await average?.build(g, variables, built.updates, inputs);
  const slots = [...built.slots, ...(averaged?.slots ?? [])];

  using session = await addon.createSession(g.graph);
  const assign = (variable: Variable, values: ArrayLike<number>) =>
    session.run(session.prepare([variable.initialValue], [], [variable.assign]), [floats(variable.shape, values)]);
  for (const [i, name] of names.entries()) await assign(variables[i]!, flat(start[name]));
  for (const slot of slots) await assign(slot, new Array<number>(slot.shape.reduce((a, b) => a * b, 1)).fill(0));

  const step = session.prepare(
    [...inputs.all.map(({ placeholder }) => placeholder), ...learned.map(({ gradient }) => gradient)],
    [],
    [...built.updates, ...(averaged?.updates ?? [])],
  );
  const read = async (of: readonly Variable[]): Promise<Values> => {
    const tensors = await session.run(
      session.prepare(
        [],
        of.map(({ value }) => value),
      ),
      [],
    );
    const [kernel, bias] = tensors.map((tensor) => [...(tensor.data() as Float32Array)]);
    return { kernel: kernel!, bias: bias! };
  };
  const result = { variables: [] as Values[], averages: [] as Values[], slots: slots.map(({ name }) => name) };
  for (const [i, gradient] of given.gradients.entries()) {
    await session.run(step, [
      ...inputs.all.map(({ value }) => floats([], [value({ ...FIRST_STEP, step: i, pass: i })])),
      ...names.map((name, of) => floats(variables[of]!.shape, flat(gradient[name]))),
    ]);
    result.variables.push(await read(variables));
    if (averaged) result.averages.push(await read(averaged.slots));
  }
  return result;
}
