import type { Json } from '../../base/described';
import type { Meters } from '../../metrics/meters';
import type { EpochTiming } from '../../metrics/history/history';
import type { Metrics } from '../../metrics/metric';
import type { EpochRecord, RunConfig, RunState, ValidationRecord } from '../run-state';
import { FIRST_STATE, type ProgramState } from '../step/program-state';

const NO_TIME: EpochTiming = { decode: 0, copy: 0, compute: 0, validation: 0 };

/** How far a run is: what changes of its {@link RunState} from step to step. */
export class RunProgress {
  config: RunConfig = {};
  /** Complete epochs. */
  epoch = 0;
  /** Batches done of the epoch under way. */
  batch = 0;
  step = 0;
  /** The one whose variables they are, and the step that it began after. */
  phase = { index: 0, firstStep: 0 };
  /** In the last step of the epoch under way. */
  learningRate: number | undefined;
  program: ProgramState = FIRST_STATE;
  validations: readonly ValidationRecord[] = [];
  best: RunState['best'];
  private records: EpochRecord[] = [];
  private meters: Meters | undefined;
  /** Of an epoch that was begun elsewhere. */
  private earlier: RunState['meters'];
  /** Wall-clock time of the epoch under way that is not counted by `since`. */
  private seconds = 0;
  private since: number | undefined;
  private timing: EpochTiming | undefined;

  static from(state: RunState): RunProgress {
    const progress = new RunProgress();
    const { config, epoch, batch, step, program, best, history, validations, meters, seconds } = state;
    const { phase = progress.phase, learningRate, timing } = state;
    Object.assign(progress, { config, epoch, batch, step, phase, program, best, learningRate, timing });
    progress.validations = [...validations];
    progress.records = [...history];
    progress.earlier = meters;
    progress.seconds = seconds;
    return progress;
  }

  /** All of it as plain data. */
  state(callbacks: Readonly<Record<string, Json>>): RunState {
    const { config, epoch, batch, step, phase, program, best, history, validations, meters } = this;
    const { learningRate, timing } = this;
    const measured = meters?.state() ?? this.earlier;
    return {
      ...{ format: 1, config, epoch, batch, step, program, seconds: this.elapsed, callbacks: { ...callbacks } },
      ...(measured && { meters: { clips: measured.clips, meters: { ...measured.meters } } }),
      ...(phase.index > 0 && { phase: { ...phase } }),
      ...(timing && { timing }),
      ...(learningRate !== undefined && { learningRate }),
      ...(best && { best }),
      history: [...history],
      validations: [...validations],
    };
  }

  get history(): readonly EpochRecord[] {
    return this.records;
  }

  /** The epoch under way, from 1; between two of them the one that has ended. */
  get lastBegun(): number {
    const underWay = this.since !== undefined || this.batch > 0;
    return underWay ? this.epoch + 1 : Math.max(this.epoch, 1);
  }

  /** The epoch under way counts from its beginning: the clips to come are others. */
  restartEpoch(): void {
    this.batch = 0;
    this.seconds = 0;
    this.timing = undefined;
    this.learningRate = undefined;
    this.meters = undefined;
    this.earlier = undefined;
  }

  /** The epoch begins, or goes on from where `meters` of an earlier call stood. */
  beginEpoch(meters: Meters): void {
    if (this.earlier) meters.restore(this.earlier);
    else if (this.meters) meters.restore(this.meters.state());
    this.earlier = undefined;
    this.meters = meters;
    this.since = performance.now();
  }

  /** Its variables begin as they are; its optimizer has taken no step. */
  beginPhase(index: number, program: ProgramState): void {
    this.phase = { index, firstStep: this.step };
    this.program = program;
  }

  /** Takes over what a step has changed, whatever fails after it. `program.step`: of the phase. */
  took({ step, state }: { readonly step: number; readonly state: ProgramState }, learningRate: number): void {
    const reached = this.phase.firstStep + step;
    if (reached > this.step) this.learningRate = learningRate;
    this.step = reached;
    this.program = state;
  }

  /** Some time of the epoch under way went into this. */
  spend(what: keyof EpochTiming, seconds: number): void {
    const { timing = NO_TIME } = this;
    this.timing = { ...timing, [what]: timing[what] + seconds };
  }

  /** Work on the epoch ends for now. */
  pause(): void {
    this.seconds = this.elapsed;
    this.since = undefined;
  }

  /** `isBetter`: whether a value of the metric that decides on the best epoch is better than another. */
  endEpoch(
    metrics: Metrics,
    monitor: { readonly metric: string; isBetter(value: number, than: number): boolean },
  ): EpochRecord {
    const { step, best, timing, learningRate } = this;
    const epoch = this.epoch + 1;
    const record: EpochRecord = {
      ...{ epoch, step, seconds: this.elapsed, metrics: { ...metrics } },
      ...(learningRate !== undefined && { learningRate }),
      ...(timing && { timing }),
    };
    this.records.push(record);
    this.epoch = epoch;
    const value = metrics[monitor.metric];
    if (value !== undefined && Number.isFinite(value))
      if (best?.metric !== monitor.metric || monitor.isBetter(value, best.value))
        this.best = { metric: monitor.metric, value, epoch, step };
    this.restartEpoch();
    this.since = undefined;
    return record;
  }

  private get elapsed(): number {
    return this.seconds + (this.since === undefined ? 0 : (performance.now() - this.since) / 1000);
  }
}
