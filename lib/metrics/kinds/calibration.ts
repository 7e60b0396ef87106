import { z } from 'zod';
import type { Json } from '../../base/described';
import type { Task } from '../../base/task';
import { quotient, sum } from '../class-scores';
import type { MetricDetails, ReliabilityBin } from '../details';
import type { Measured, Meter } from '../metric';
import { decisions } from './decisions';
import { meterState } from './meter-state';
import { metrics } from './registry';

/**
 * How far the probabilities of the predicted classes are from the shares that are right: over `bins` of equal width (default 15), the mean difference of confidence and
 * accuracy, each bin with the weight of its clips (Guo et al. 2017, On Calibration of Modern Neural Networks). From 0 to 1, 0 is best. The reliability curve is told in the details.
 */
export const expectedCalibrationError = metrics.define(
  'expectedCalibrationError',
  z.object({ bins: z.int().min(1).max(1000).default(15) }),
  ({ bins }) => ({
    name: 'expected_calibration_error',
    better: 'lower',
    shownAs: 'percent',
    tasks: ['single-label'],
    meter: (task) => new CalibrationMeter(bins, task),
  }),
);

/** The expected calibration error of a reliability curve; NaN of one without clips. */
export function calibrationError(bins: readonly ReliabilityBin[]): number {
  const clips = sum(bins.map(({ count }) => count));
  return sum(bins.map(({ count, confidence, accuracy }) => count * Math.abs(accuracy - confidence))) / clips;
}

/** Of one bin: clips, how many of them were recognised, and the sum of their confidences. */
const binState = z.tuple([z.int().nonnegative(), z.int().nonnegative(), z.number().nonnegative()]);
const calibrationState = z.array(binState);

class CalibrationMeter implements Meter {
  private bins: z.output<typeof calibrationState>;

  constructor(
    bins: number,
    private readonly task: Task,
  ) {
    this.bins = Array.from({ length: bins }, () => [0, 0, 0]);
  }

  add(measured: Measured): void {
    const { bins } = this;
    const classes = measured.probabilities.length / measured.count;
    decisions(measured, this.task.kind, 0).forEach(({ target, predicted: [label = 0] }, row) => {
      const confidence = measured.probabilities[row * classes + label] as number;
      const bin = bins[binOf(confidence, bins.length)] as z.output<typeof binState>;
      bin[0] += 1;
      bin[1] += target[0] === label ? 1 : 0;
      bin[2] += confidence;
    });
  }

  result(): number {
    return calibrationError(this.reliability());
  }

  details(): Json {
    return { reliability: this.reliability() } satisfies MetricDetails;
  }

  state(): z.output<typeof calibrationState> {
    return this.bins.map(([count, right, confidences]) => [count, right, confidences]);
  }

  /** Throws {@link UsageError} for what is no state of as many bins. */
  restore(state: unknown): void {
    const what = `a calibration of ${this.bins.length} bins`;
    const ofBins = calibrationState.length(this.bins.length);
    this.bins = meterState(ofBins, state, { what, expected: '[count, right, confidences] of each' });
  }

  private reliability() {
    const { bins } = this;
    return bins.map(([count, right, confidences], i) => ({
      from: i / bins.length,
      to: (i + 1) / bins.length,
      // Rounding may take a mean of ones above 1.
      confidence: Math.min(1, quotient(confidences, count)),
      accuracy: quotient(right, count),
      count,
    }));
  }
}

/** The first bin whose upper edge is not below the confidence. */
function binOf(confidence: number, bins: number): number {
  const guess = Math.min(Math.floor(confidence * bins), bins - 1);
  return guess > 0 && confidence <= guess / bins ? guess - 1 : guess;
}
