import type { StepCounter, StepInput } from '../../graph/step-inputs';
import {
  copyAndDispose,
  type FeedKind,
  feedKind,
  type InputKind,
  runForOutcome,
  targetTensor,
} from '../../inference/runner';
import type { Outcome } from '../../metrics/outcome';
import type { Addon } from '../../native/addon';
import type { Output } from '../../native/graph';
import type { NativeSession, RunPlan } from '../../native/session';
import type { NativeTensor } from '../../native/tensor';
import type { StepGraph } from './step-graph';

/** What a run over clips does with their gradients: takes a step with them alone, begins sums of them, or adds to these. */
export type GradientUse = 'step' | 'begin' | 'add';

/** Clips of one run, and what they are learned from. */
export interface RunInputs {
  readonly inputs: NativeTensor;
  readonly kind: InputKind;
  /** Row-major [n, classes]. */
  readonly targets: Float32Array;
  /** [n]. */
  readonly weights: Float32Array;
}

export interface RunOutcome {
  readonly outcome: Outcome;
  /** Whether the gradients could be used; those of a loss that is not scaled always are. */
  readonly finite: boolean;
}

/** A plan with the numbers that it is fed with beside clips. */
interface Prepared {
  readonly plan: RunPlan;
  readonly inputs: readonly StepInput[];
}

interface Planned {
  /** Before the step's inputs. */
  readonly feeds: readonly Output[];
  readonly fetches: readonly Output[];
  readonly targets?: readonly string[];
}

/** The runs of a step graph in its session, each a plan that is made when it is first needed. */
export class StepRuns {
  private readonly plans = new Map<string, Prepared>();

  constructor(
    private readonly addon: Addon,
    private readonly graph: StepGraph,
    private readonly session: NativeSession,
  ) {}

  /** A run over clips in training mode. What it rejects with has changed nothing. */
  async train(use: GradientUse, given: RunInputs, at: StepCounter): Promise<RunOutcome> {
    const { step, training, gradients } = this.graph;
    const target = use === 'step' ? step : (await this.graph.sums())[use];
    const fed = feedKind(given.inputs, given.kind);
    const prepared = this.prepare(`${use} ${fed}`, () => ({
      feeds: this.feedsOf(fed),
      fetches: [training.logits, training.losses, ...(gradients.finite ? [gradients.finite] : [])],
      targets: [target],
    }));
    const scale = use === 'step' ? 1 : given.weights.length;
    const [logits, losses, finite] = await this.run(prepared, this.tensorsOf(given, scale), at);
    using flag = finite;
    return {
      outcome: { logits: copyAndDispose(logits as NativeTensor), losses: copyAndDispose(losses as NativeTensor) },
      finite: flag === undefined || (flag.data() as Uint8Array)[0] === 1,
    };
  }

  /** The step from sums over so many clips. */
  async finish(clips: number, at: StepCounter): Promise<void> {
    const sums = await this.graph.sums();
    const prepared = this.prepare('finish', () => ({ feeds: [sums.clips], fetches: [], targets: [sums.update] }));
    await this.run(prepared, [() => this.scalar('float32', clips)], at);
  }

  /** The gradients that a step would take of these clips alone, beside the variables that learn. */
  async gradients(given: RunInputs, at: StepCounter): Promise<Float32Array[]> {
    const fed = feedKind(given.inputs, given.kind);
    const prepared = this.prepare(`gradients ${fed}`, () => ({
      feeds: this.feedsOf(fed),
      fetches: this.graph.update.gradients,
    }));
    return (await this.run(prepared, this.tensorsOf(given, 1), at)).map(copyAndDispose);
  }

  /** Inference mode, on clips or on features. */
  async evaluate(inputs: NativeTensor, targets: Float32Array | undefined, kind: InputKind): Promise<Outcome> {
    const { inference } = this.graph;
    const fed = feedKind(inputs, kind);
    const { plan } = this.prepareAlone(`evaluate ${fed}`, () => ({
      feeds: [this.graph[fed], this.graph.targets],
      fetches: [inference.logits, inference.losses],
    }));
    using target = targetTensor(this.addon, this.classes, inputs, targets);
    return await runForOutcome(this.session, plan, [inputs, target]);
  }

  /** [batch, headFilters]; the caller disposes. */
  async features(clips: NativeTensor): Promise<NativeTensor> {
    const { graph } = this;
    const fed = feedKind(clips, 'clips');
    const { plan } = this.prepareAlone(`features ${fed}`, () => ({ feeds: [graph[fed]], fetches: [graph.features] }));
    const [features] = await this.session.run(plan, [clips]);
    return features as NativeTensor;
  }

  private get classes(): number {
    return this.graph.architecture.options.numClasses;
  }

  /** What {@link tensorsOf} makes tensors for, in its order. */
  private feedsOf(fed: FeedKind): Output[] {
    const { targets, weights, gradients } = this.graph;
    return [this.graph[fed], targets, weights, gradients.scale];
  }

  private tensorsOf({ inputs, targets, weights }: RunInputs, scale: number): (NativeTensor | (() => NativeTensor))[] {
    const factors = (): NativeTensor => {
      const tensor = this.addon.createTensor('float32', [weights.length]);
      (tensor.data() as Float32Array).set(weights);
      return tensor;
    };
    const target = (): NativeTensor => targetTensor(this.addon, this.classes, inputs, targets);
    return [inputs, target, factors, () => this.scalar('float32', scale)];
  }

  /** `feeds`: the caller's tensors, and what makes others for this run alone. */
  private async run(
    { plan, inputs }: Prepared,
    feeds: readonly (NativeTensor | (() => NativeTensor))[],
    at: StepCounter,
  ): Promise<NativeTensor[]> {
    const own: NativeTensor[] = [];
    const made = (make: () => NativeTensor): NativeTensor => {
      const tensor = make();
      own.push(tensor);
      return tensor;
    };
    try {
      const given = feeds.map((feed) => (typeof feed === 'function' ? made(feed) : feed));
      const numbers = inputs.map(({ dtype, value }) => made(() => this.scalar(dtype, value(at))));
      return await this.session.run(plan, [...given, ...numbers]);
    } finally {
      own.forEach((tensor) => tensor.dispose());
    }
  }

  private scalar(dtype: 'float32' | 'int32', value: number): NativeTensor {
    const tensor = this.addon.createTensor(dtype, []);
    (tensor.data() as Float32Array | Int32Array)[0] = value;
    return tensor;
  }

  private prepare(name: string, of: () => Planned): Prepared {
    return this.kept(name, () => ({ ...of(), inputs: [...this.graph.stepInputs] }));
  }

  /** Of what a step's numbers do not matter to. */
  private prepareAlone(name: string, of: () => Planned): Prepared {
    return this.kept(name, () => ({ ...of(), inputs: [] }));
  }

  private kept(name: string, of: () => Planned & Pick<Prepared, 'inputs'>): Prepared {
    const known = this.plans.get(name);
    if (known !== undefined) return known;
    const { feeds, fetches, targets = [], inputs } = of();
    const placeholders = inputs.map(({ placeholder }) => placeholder);
    const plan = this.session.prepare([...feeds, ...placeholders], [...fetches], [...targets]);
    const prepared = { plan, inputs };
    this.plans.set(name, prepared);
    return prepared;
  }
}
