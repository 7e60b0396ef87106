import type { Variable } from '../../graph/variables';
import { Weights } from '../../graph/weights';
import { copyAndDispose } from '../../inference/runner';
import type { Addon } from '../../native/addon';
import type { NativeSession } from '../../native/session';
import type { NativeTensor } from '../../native/tensor';
import type { StepGraph } from './step-graph';

type NameOf = (variable: Variable) => string;
const ownName: NameOf = ({ name }) => name;

/** The variables of a step program's session, by names; read and set in turns of the event loop. */
export class ProgramVariables {
  constructor(
    private readonly addon: Addon,
    private readonly graph: StepGraph,
    private readonly session: NativeSession,
  ) {}

  /** Gives the weights to variables and to their averages, zeros to the other slots. Throws CheckpointError for what `weights` lacks. */
  async begin(weights: Weights): Promise<void> {
    const { graph } = this;
    await this.assign(graph.variables, weights);
    await this.averagesFrom([...graph.update.averages.keys()], weights);
    const averages = new Set(graph.update.averages.values());
    const zeros = new Weights();
    const slots = [...graph.update.slots, ...graph.update.averageSlots].filter((slot) => !averages.has(slot));
    for (const { name, shape } of slots) {
      const size = shape.reduce((a, b) => a * b, 1);
      zeros.set(name, { shape, data: new Float32Array(size) });
    }
    await this.assign(slots, zeros);
  }

  /** What classifies: averages in place of the variables that have one, by the variables' names. */
  async readModel(): Promise<Weights> {
    const { variables } = this.graph;
    const { averages } = this.graph.update;
    const names = new Map(variables.map((variable) => [averages.get(variable) ?? variable, variable.name]));
    return this.read([...names.keys()], (variable) => names.get(variable) as string);
  }

  /** All that a run goes on from; the sums of gradients only where there are some. */
  async readAll(summed: boolean): Promise<Weights> {
    return this.read([...this.all, ...(await this.sums(summed))]);
  }

  /** What {@link readAll} gave. */
  async restore(weights: Weights, summed: boolean): Promise<void> {
    await this.assign([...this.all, ...(await this.sums(summed))], weights);
  }

  /** Those that `weights` has. A variable that comes without its average is its average, too: what was given is what classifies. */
  async assignSome(weights: Weights): Promise<void> {
    const given = ({ name }: Variable): boolean => weights.has(name);
    await this.assign(this.all.filter(given), weights);
    const bare = [...this.graph.update.averages].filter(([variable, average]) => given(variable) && !given(average));
    await this.averagesFrom(
      bare.map(([variable]) => variable),
      weights,
    );
  }

  /** Those that a run over a part of a batch changes, where the batch may fail after it. */
  async ofParts(summed: boolean): Promise<readonly Variable[]> {
    const { variables, trainableVariables, batchStatistics } = this.graph;
    const learning = new Set(trainableVariables);
    const statistics = batchStatistics ? variables.filter((variable) => !learning.has(variable)) : [];
    return [...statistics, ...(await this.sums(summed))];
  }

  async read(variables: readonly Variable[], nameOf = ownName): Promise<Weights> {
    const weights = new Weights();
    if (variables.length === 0) return weights;
    const plan = this.session.prepare(
      [],
      variables.map(({ value }) => value),
    );
    const values = await this.session.run(plan, []);
    for (const [index, variable] of variables.entries()) {
      await this.graph.builder.turn();
      const data = copyAndDispose(values[index] as NativeTensor);
      weights.set(nameOf(variable), { shape: variable.shape, data });
    }
    return weights;
  }

  /** Throws CheckpointError for what `weights` lacks. */
  async assign(variables: readonly Variable[], weights: Weights, nameOf = ownName): Promise<void> {
    if (variables.length === 0) return;
    const plan = this.session.prepare(
      variables.map(({ initialValue }) => initialValue),
      [],
      variables.map(({ assign }) => assign),
    );
    const tensors: NativeTensor[] = [];
    try {
      for (const variable of variables) {
        await this.graph.builder.turn();
        const { shape } = variable;
        const tensor = this.addon.createTensor('float32', shape);
        tensors.push(tensor);
        (tensor.data() as Float32Array).set(weights.get({ path: nameOf(variable), shape }).data);
      }
      await this.session.run(plan, tensors);
    } finally {
      tensors.forEach((tensor) => tensor.dispose());
    }
  }

  private averagesFrom(variables: readonly Variable[], weights: Weights): Promise<void> {
    const names = new Map(
      variables.map((variable) => [this.graph.update.averages.get(variable) as Variable, variable.name]),
    );
    return this.assign([...names.keys()], weights, (average) => names.get(average) as string);
  }

  private get all(): readonly Variable[] {
    const { variables, update } = this.graph;
    return [...variables, ...update.slots, ...update.averageSlots];
  }

  private async sums(wanted: boolean): Promise<readonly Variable[]> {
    return wanted ? (await this.graph.sums()).variables : [];
  }
}
