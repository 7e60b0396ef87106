import type { Weights } from '../graph/weights';
import type { MovinetModel } from '../model/movinet-model';
import type { PhaseParts } from './phases';
import { kernelsFor } from '../runtime/session-kernels';
import { FIRST_STATE, type ProgramState } from './step/program-state';
import { buildStepGraph } from './step/step-graph';
import { StepProgram } from './step/step-program';
import type { TrainerParts } from './trainer-options';

/** A step program with the phase, from 0, whose stages it trains. */
export interface PhaseProgram {
  readonly index: number;
  readonly program: StepProgram;
}

/** The step program of the phase under way: at most one is kept. */
export class PhasePrograms implements Disposable {
  private opened: PhaseProgram | undefined;

  /** `check` throws where nothing is to be opened any more. */
  constructor(
    private readonly parts: TrainerParts,
    private readonly check: () => void,
  ) {}

  get present(): StepProgram | undefined {
    return this.opened?.program;
  }

  /** One of a phase, with the model's numbers, before its first step. `prepare` may change it; it is closed where that fails. */
  async make(
    model: MovinetModel,
    index: number,
    prepare?: (program: StepProgram) => Promise<void>,
  ): Promise<PhaseProgram> {
    const { addon, loss, described, session, phases, gradientTransforms, weightAverage, warn } = this.parts;
    const { trainable, optimizer, stageFactor } = phases[index] as PhaseParts;
    const { seed, batchNorm, accumulate, precision } = described;
    const graph = await buildStepGraph(addon, {
      ...{ model: model.options, weights: model.weights, clipShape: model.clip, trainable, loss, optimizer },
      ...{ gradientTransforms, weightAverage, stageFactor, seed, batchNorm, lossScaling: precision === 'float16' },
      kernels: kernelsFor(session),
    });
    const program = await StepProgram.open(addon, graph, model.weights, session, { accumulate, warn });
    try {
      this.check();
      await prepare?.(program);
      return { index, program };
    } catch (error) {
      program.dispose();
      throw error;
    }
  }

  /** One of a phase that begins where the present one ends, which has drawn random numbers for so many batches. */
  next(model: MovinetModel, index: number, { pass }: ProgramState): Promise<PhaseProgram> {
    return this.make(model, index, async (program) =>
      program.restore(await program.readAll(), 0, { ...program.state, pass }),
    );
  }

  /** Keeps one of a phase that `restored` has changed: the present one where it is of that phase. Where that fails, the present one is as it was. */
  async restore(model: MovinetModel, index: number, restored: (program: StepProgram) => Promise<void>): Promise<void> {
    if (this.opened?.index !== index) {
      this.use(await this.make(model, index, restored));
      return;
    }
    const { program } = this.opened;
    const before = { weights: await program.readAll(), step: program.step, state: program.state };
    try {
      await restored(program);
    } catch (error) {
      await program.restore(before.weights, before.step, before.state);
      throw error;
    }
  }

  /** Keeps it in place of the present one. */
  use(made: PhaseProgram): StepProgram {
    this.dispose();
    this.opened = made;
    return made.program;
  }

  /**
   * Gives the present program the variables of a snapshot of this phase or of an earlier one, in which some of its stages had not learned yet: they get `model`'s numbers.
   */
  async assign(variables: Weights, model: MovinetModel): Promise<void> {
    if (this.opened === undefined) return;
    const { program, index } = this.opened;
    if (program.graph.variables.every(({ name }) => variables.has(name))) return program.assignSome(variables);
    const unlearned = await this.make(model, index);
    using owned = unlearned.program;
    const all = (await owned.readAll()).with(variables);
    await program.restore(all, program.step, { ...program.state, pending: FIRST_STATE.pending });
  }

  dispose(): void {
    this.opened?.program.dispose();
    this.opened = undefined;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
