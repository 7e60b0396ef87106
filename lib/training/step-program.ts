import { openSession } from '../runtime/open-session';
import type { SessionConfig } from '../runtime/session-config';
import type { Variable } from '../graph/variables';
import { Weights } from '../graph/weights';
import type { Addon } from '../native/addon';
import type { Output } from '../native/graph';
import type { NativeSession, RunPlan } from '../native/session';
import type { NativeTensor } from '../native/tensor';
import type { Outcome } from '../metrics/outcome';
import { copyAndDispose, runForOutcome, targetTensor, type InputKind, type Runner } from '../inference/runner';
import type { Pass, StepGraph } from './step-graph';

/** Runs a {@link StepGraph}: holds the variables, counts the steps. */
export class StepProgram implements Runner, Disposable {
  private readonly plans: Record<'train' | 'evaluate' | 'features' | 'evaluateFeatures', RunPlan>;
  private stepsDone = 0;

  private constructor(
    private readonly addon: Addon,
    readonly graph: StepGraph,
    private readonly session: NativeSession,
  ) {
    const fetches = (pass: Pass) => [pass.logits, pass.losses];
    this.plans = {
      train: session.prepare([graph.clips, graph.targets, ...this.stepPlaceholders], fetches(graph.training), [
        graph.step,
      ]),
      evaluate: session.prepare([graph.clips, graph.targets], fetches(graph.inference)),
      evaluateFeatures: session.prepare([graph.features, graph.targets], fetches(graph.inference)),
      features: session.prepare([graph.clips], [graph.features]),
    };
  }

  /** Opens a session and gives the variables their values, the optimizer's slots zero. */
  static async open(
    addon: Addon,
    graph: StepGraph,
    weights: Weights,
    config: SessionConfig = {},
  ): Promise<StepProgram> {
    const session = await openSession(addon, graph.builder.graph, config);
    try {
      const training = new StepProgram(addon, graph, session);
      const zero = new Weights();
      for (const slot of graph.optimizer.slots) {
        const size = slot.shape.reduce((a, b) => a * b, 1);
        zero.set(slot.name, { shape: slot.shape, data: new Float32Array(size) });
      }
      await training.assign(graph.variables, weights);
      await training.assign(graph.optimizer.slots, zero);
      return training;
    } catch (error) {
      session.close();
      throw error;
    }
  }

  private get classes(): number {
    return this.graph.architecture.options.numClasses;
  }

  /** Optimizer steps taken so far. */
  get step(): number {
    return this.stepsDone;
  }

  /** The optimizer's rate in the next step. */
  get learningRate(): number {
    return this.graph.learningRate(this.stepsDone);
  }

  get frozenBackbone(): boolean {
    return this.graph.frozenBackbone;
  }

  /** One optimizer step on clips [batch, frames, height, width, 3]. */
  async trainStep(clips: NativeTensor, targets: Float32Array): Promise<Outcome> {
    const scalars = this.stepScalars();
    try {
      const result = await this.runPass(this.plans.train, clips, targets, scalars);
      this.stepsDone += 1;
      return result;
    } finally {
      scalars.forEach((tensor) => tensor.dispose());
    }
  }

  /** Inference mode, on clips or on features. */
  evaluate(inputs: NativeTensor, targets?: Float32Array, kind: InputKind = 'clips'): Promise<Outcome> {
    return this.runPass(kind === 'clips' ? this.plans.evaluate : this.plans.evaluateFeatures, inputs, targets);
  }

  /** The features of clips in inference mode, [batch, headFilters]; the caller disposes. */
  async features(clips: NativeTensor): Promise<NativeTensor> {
    const [features] = await this.session.run(this.plans.features, [clips]);
    return features as NativeTensor;
  }

  /** The gradients that the next step would apply, by the variables' paths. */
  async gradients(clips: NativeTensor, targets: Float32Array): Promise<Map<string, Float32Array>> {
    const { graph } = this;
    const plan = this.session.prepare([graph.clips, graph.targets, ...this.stepPlaceholders], [...graph.gradients]);
    using target = targetTensor(this.addon, this.classes, clips, targets);
    const scalars = this.stepScalars();
    try {
      const values = await this.session.run(plan, [clips, target, ...scalars]);
      const result = new Map<string, Float32Array>();
      graph.trainableVariables.forEach((variable, index) => {
        result.set(variable.name, copyAndDispose(values[index] as NativeTensor));
      });
      return result;
    } finally {
      scalars.forEach((tensor) => tensor.dispose());
    }
  }

  /** Whether a variable of this path learns. */
  has(path: string): boolean {
    return this.graph.variables.some(({ name }) => name === path);
  }

  /** The variables' present values. */
  readVariables(): Promise<Weights> {
    return this.read(this.graph.variables);
  }

  /** The variables' and the optimizer's slots' present values. */
  readAll(): Promise<Weights> {
    return this.read(this.all);
  }

  /** Goes on from what {@link readAll} gave after `step` steps. */
  async restore(weights: Weights, step: number): Promise<void> {
    await this.assign(this.all, weights);
    this.stepsDone = step;
  }

  /** Those of its variables and slots that `weights` has. */
  async assignSome(weights: Weights): Promise<void> {
    await this.assign(
      this.all.filter(({ name }) => weights.has(name)),
      weights,
    );
  }

  private get all(): readonly Variable[] {
    return [...this.graph.variables, ...this.graph.optimizer.slots];
  }

  dispose(): void {
    this.session.close();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  private async read(variables: readonly Variable[]): Promise<Weights> {
    const weights = new Weights();
    if (variables.length === 0) return weights;
    const plan = this.session.prepare(
      [],
      variables.map(({ value }) => value),
    );
    const values = await this.session.run(plan, []);
    for (const [index, { name, shape }] of variables.entries()) {
      await this.graph.builder.turn();
      weights.set(name, { shape, data: copyAndDispose(values[index] as NativeTensor) });
    }
    return weights;
  }

  private async assign(variables: readonly Variable[], weights: Weights): Promise<void> {
    if (variables.length === 0) return;
    const plan = this.session.prepare(
      variables.map(({ initialValue }) => initialValue),
      [],
      variables.map(({ assign }) => assign),
    );
    const tensors: NativeTensor[] = [];
    try {
      for (const { name, shape } of variables) {
        await this.graph.builder.turn();
        const tensor = this.addon.createTensor('float32', shape);
        tensors.push(tensor);
        (tensor.data() as Float32Array).set(weights.get({ path: name, shape }).data);
      }
      await this.session.run(plan, tensors);
    } finally {
      tensors.forEach((tensor) => tensor.dispose());
    }
  }

  private async runPass(
    plan: RunPlan,
    inputs: NativeTensor,
    targets: Float32Array | undefined,
    scalars: NativeTensor[] = [],
  ): Promise<Outcome> {
    using target = targetTensor(this.addon, this.classes, inputs, targets);
    return await runForOutcome(this.session, plan, [inputs, target, ...scalars]);
  }

  private get stepPlaceholders(): Output[] {
    return this.graph.stepInputs.map(({ placeholder }) => placeholder);
  }

  /** What the next step is fed with beside its clips; the caller disposes. */
  private stepScalars(): NativeTensor[] {
    const scalars: NativeTensor[] = [];
    try {
      for (const { dtype, value } of this.graph.stepInputs) {
        const tensor = this.addon.createTensor(dtype, []);
        scalars.push(tensor);
        (tensor.data() as Float32Array | Int32Array)[0] = value(this.stepsDone);
      }
      return scalars;
    } catch (error) {
      scalars.forEach((tensor) => tensor.dispose());
      throw error;
    }
  }
}
