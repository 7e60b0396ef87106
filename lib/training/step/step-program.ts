import { UsageError } from '../../base/errors';
import { warnProcess } from '../../base/shown';
import type { Variable } from '../../graph/variables';
import type { Weights } from '../../graph/weights';
import type { InputKind, Runner } from '../../inference/runner';
import { joined, sliceRows, WithinMemory } from '../../inference/within-memory';
import type { Outcome } from '../../metrics/outcome';
import type { Addon } from '../../native/addon';
import type { NativeTensor } from '../../native/tensor';
import { openSession } from '../../runtime/open-session';
import { TimedSession } from '../../runtime/timed-session';
import type { SessionConfig } from '../../runtime/session-config';
import { afterOverflow, afterStep, INITIAL_LOSS_SCALE } from './loss-scale';
import { counterOf, FIRST_STATE, type ProgramState } from './program-state';
import { StepRuns } from './step-runs';
import { ProgramVariables } from './program-variables';
import type { StepGraph } from './step-graph';

/** What a batch is learned from. */
export interface TrainingInputs {
  /** Clips, or features of them. */
  readonly inputs: NativeTensor;
  readonly kind: InputKind;
  /** Row-major [n, classes]. */
  readonly targets: Float32Array;
  /** [n], factors of the clips' losses. Default: 1 each. */
  readonly weights?: Float32Array | undefined;
}

export interface StepProgramOptions {
  /** Batches whose gradients make one step. Default 1. */
  readonly accumulate?: number;
  /** Told of what goes on in spite of it: memory that runs out, gradients that overflow. Default: a warning of the process. */
  readonly warn?: (text: string) => void;
}

const EACH_PART =
  'Batch normalisation goes by the statistics of each part, so training differs from that with whole batches';

/** Runs a {@link StepGraph}: holds the variables, counts the steps. */
export class StepProgram implements Runner, Disposable {
  private readonly runs: StepRuns;
  private readonly variables: ProgramVariables;
  private readonly training: WithinMemory;
  private readonly inference: WithinMemory;
  private readonly accumulate: number;
  private readonly warn: (text: string) => void;
  private stepsDone = 0;
  private present: ProgramState;

  private constructor(
    addon: Addon,
    readonly graph: StepGraph,
    private readonly session: TimedSession,
    { accumulate = 1, warn = warnProcess }: StepProgramOptions,
  ) {
    this.accumulate = accumulate;
    this.warn = warn;
    this.present = { ...FIRST_STATE, lossScale: this.lossScaling ? INITIAL_LOSS_SCALE : FIRST_STATE.lossScale };
    this.runs = new StepRuns(addon, graph, session);
    this.variables = new ProgramVariables(addon, graph, session);
    this.training = new WithinMemory(addon, {
      ...{ what: 'Training', warn },
      ...(graph.batchStatistics && { consequence: EACH_PART }),
    });
    this.inference = new WithinMemory(addon, { what: 'Evaluation', warn });
  }

  /** Opens a session and gives the variables their values, averages the same, the optimizer's slots zero. */
  static async open(
    addon: Addon,
    graph: StepGraph,
    weights: Weights,
    config: SessionConfig = {},
    options: StepProgramOptions = {},
  ): Promise<StepProgram> {
    const session = new TimedSession(await openSession(addon, graph.builder.graph, config));
    try {
      const program = new StepProgram(addon, graph, session, options);
      await program.variables.begin(weights);
      return program;
    } catch (error) {
      session.close();
      throw error;
    }
  }

  /** Whether the loss is scaled while its gradients are computed. */
  private get lossScaling(): boolean {
    return this.graph.gradients.finite !== undefined;
  }

  /** Optimizer steps taken so far. */
  get step(): number {
    return this.stepsDone;
  }

  /** That TensorFlow has computed for it so far. */
  get secondsComputing(): number {
    return this.session.seconds;
  }

  /** Where it stands beside its steps. */
  get state(): ProgramState {
    return this.present;
  }

  /** The optimizer's rate in the next step, the stages' factors aside. */
  get learningRate(): number {
    return this.graph.learningRate(counterOf(this.stepsDone, this.present));
  }

  /** Scales every learning rate from now on, by a factor on top of earlier ones. */
  scaleRate(factor: number): void {
    this.present = { ...this.present, rateScale: this.present.rateScale * factor };
  }

  get frozenBackbone(): boolean {
    return this.graph.frozenBackbone;
  }

  /** Whether a batch may be learned from features: of a frozen backbone that drops nothing at random. */
  get learnsFromFeatures(): boolean {
    return this.graph.learnsFromFeatures;
  }

  /**
   * Learns from a batch: takes an optimizer step, or the part of one that a batch is where several make a step. The outcome is of the training pass, its losses without
   * weights. What it rejects with has changed nothing. Rejects with {@link UsageError} for features that clips cannot be replaced by, and with DivergedError where gradients
   * overflow with the loss as it is.
   */
  async trainBatch(batch: TrainingInputs): Promise<Outcome> {
    if (batch.kind === 'features' && !this.graph.learnsFromFeatures)
      throw new UsageError(
        'Only a frozen backbone without stochastic depth can be trained from features: give clips, or unfreeze the head alone',
      );
    const undo = new Undo(this.variables);
    try {
      return await this.learn(batch, undo);
    } catch (error) {
      // Where that fails too, as of a session that was closed, the first error is the one that says why.
      await undo.run().catch(() => undefined);
      throw error;
    }
  }

  /** Takes the step of the batches that are summed, where an epoch ends with fewer than make one. */
  async finishStep(): Promise<void> {
    const { pending } = this.present;
    if (pending.clips === 0) return;
    await this.runs.finish(pending.clips, counterOf(this.stepsDone, this.present));
    this.stepTaken(false);
  }

  /** Inference mode, on clips or on features. */
  evaluate(inputs: NativeTensor, targets?: Float32Array, kind: InputKind = 'clips'): Promise<Outcome> {
    return this.inference.outcome(inputs, targets, (part, its) => this.runs.evaluate(part, its, kind));
  }

  /** The features of clips in inference mode, [batch, headFilters]; the caller disposes. */
  features(clips: NativeTensor): Promise<NativeTensor> {
    return this.inference.tensor(clips, (part) => this.runs.features(part));
  }

  /** The gradients that a step would take of these clips alone, by the variables' paths. */
  async gradients(clips: NativeTensor, targets: Float32Array): Promise<Map<string, Float32Array>> {
    const weights = ones(clips);
    const given = { inputs: clips, kind: 'clips', targets, weights } as const;
    const values = await this.runs.gradients(given, counterOf(this.stepsDone, this.present));
    return new Map(this.graph.trainableVariables.map(({ name }, i) => [name, values[i] as Float32Array]));
  }

  /** Whether a variable of this path learns. */
  has(path: string): boolean {
    return this.graph.variables.some(({ name }) => name === path);
  }

  /** The variables' present values as they classify: averages, where there are some. */
  readVariables(): Promise<Weights> {
    return this.variables.readModel();
  }

  /** The present values of variables, slots and averages, and of sums of gradients where a step is under way. */
  readAll(): Promise<Weights> {
    return this.variables.readAll(this.present.pending.clips > 0);
  }

  /** Goes on from what {@link readAll} gave, where it stood then. */
  async restore(weights: Weights, step: number, state: ProgramState): Promise<void> {
    await this.variables.restore(weights, state.pending.clips > 0);
    this.stepsDone = step;
    this.present = state;
  }

  /** Those of its variables and slots that `weights` has. A variable that comes without its average is its average, too. Gradients that were summed are of other numbers, and are dropped. */
  async assignSome(weights: Weights): Promise<void> {
    await this.variables.assignSome(weights);
    this.present = { ...this.present, pending: FIRST_STATE.pending };
  }

  dispose(): void {
    this.session.close();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  private async learn(batch: TrainingInputs, undo: Undo): Promise<Outcome> {
    const { inputs, kind, targets, weights = ones(inputs) } = batch;
    const { present } = this;
    const { pending } = present;
    const count = weights.length;
    const due = pending.batches + 1 >= this.accumulate;
    const at = counterOf(this.stepsDone, present);
    // A step by scaled gradients is taken only once it is known that all of them are finite.
    let summed = pending.clips;
    let [stepped, overflowed] = [false, false];
    const outcomes: Outcome[] = [];
    await this.training.each(inputs, async (part) => {
      const whole = part.count === count;
      const alone = whole && due && pending.clips === 0 && !this.lossScaling;
      // What changes in several runs may fail between them.
      if (part.first === 0 && !alone && (!whole || due)) await undo.remember(pending.clips > 0);
      const { outcome, finite } = await this.runs.train(
        alone ? 'step' : summed === 0 ? 'begin' : 'add',
        {
          ...{ inputs: part.inputs, kind },
          ...{ targets: sliceRows(targets, count, part), weights: sliceRows(weights, count, part) },
        },
        { ...at, others: { before: part.first, after: count - part.first - part.count } },
      );
      outcomes.push(outcome);
      stepped ||= alone;
      if (finite) summed += part.count;
      else overflowed = true;
    });
    if (due && !stepped && summed > pending.clips) await this.runs.finish(summed, at);
    this.learned({ summed, due, overflowed });
    return joined(outcomes);
  }

  private learned(batch: { readonly summed: number; readonly due: boolean; readonly overflowed: boolean }): void {
    const { pass, pending } = this.present;
    this.present = { ...this.present, pass: pass + 1 };
    if (batch.summed > pending.clips) {
      if (batch.due) this.stepTaken(batch.overflowed);
      else this.present = { ...this.present, pending: { batches: pending.batches + 1, clips: batch.summed } };
    }
    if (!batch.overflowed) return;
    this.present = afterOverflow(this.present, this.stepsDone);
    this.warn(
      `Gradients overflowed float16 after step ${this.stepsDone} and were left out; the loss is scaled by ${this.present.lossScale} from now on`,
    );
  }

  private stepTaken(overflowed: boolean): void {
    this.stepsDone += 1;
    this.present = { ...this.present, pending: FIRST_STATE.pending };
    if (this.lossScaling && !overflowed) this.present = afterStep(this.present);
  }
}

/** Puts back what the parts of a batch have changed, where the batch fails. */
class Undo {
  private before: Weights | undefined;
  private changed: readonly Variable[] = [];

  constructor(private readonly variables: ProgramVariables) {}

  /** `summed`: whether there are sums already. */
  async remember(summed: boolean): Promise<void> {
    this.changed = await this.variables.ofParts(summed);
    this.before = await this.variables.read(this.changed);
  }

  async run(): Promise<void> {
    if (this.before) await this.variables.assign(this.changed, this.before);
  }
}

function ones({ shape }: NativeTensor): Float32Array {
  return new Float32Array(shape[0] ?? 0).fill(1);
}
