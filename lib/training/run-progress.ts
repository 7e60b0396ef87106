import type { Json } from '../base/described';
import type { Meters } from '../metrics/meters';
import type { Metrics } from '../metrics/metric';
import type { RunConfig } from './run-config';
import type { EpochRecord, RunState } from './run-state';

/** How far a run is: what changes of its {@link RunState} from step to step. */
export class RunProgress {
  config: RunConfig = {};
  /** Complete epochs. */
  epoch = 0;
  /** Batches done of the epoch under way. */
  batch = 0;
  step = 0;
  best: RunState['best'];
  private records: EpochRecord[] = [];
  private meters: Meters | undefined;
  /** Of an epoch that was begun elsewhere. */
  private earlier: RunState['meters'];
  /** Wall-clock time of the epoch under way that is not counted by `since`. */
  private seconds = 0;
  private since: number | undefined;

  static from(state: RunState): RunProgress {
    const progress = new RunProgress();
    const { config, epoch, batch, step, best, history, meters, seconds } = state;
    Object.assign(progress, { config, epoch, batch, step, best });
    progress.records = [...history];
    progress.earlier = meters;
    progress.seconds = seconds;
    return progress;
  }

  /** All of it as plain data. */
  state(callbacks: Readonly<Record<string, Json>>): RunState {
    const { config, epoch, batch, step, best, history, meters } = this;
    const measured = meters?.state() ?? this.earlier;
    return {
      ...{ format: 1, config, epoch, batch, step, seconds: this.elapsed, callbacks: { ...callbacks } },
      ...(measured && { meters: { clips: measured.clips, meters: { ...measured.meters } } }),
      ...(best && { best }),
      history: [...history],
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
    const { step, best } = this;
    const epoch = this.epoch + 1;
    const record = { epoch, step, seconds: this.elapsed, metrics: { ...metrics } };
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
