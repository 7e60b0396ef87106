import { labelsAbove, type Task, topClasses } from '../base/task';
import type { BrokenOffVideo, DamagedVideo, OtherRate, ShortVideo } from '../data/video/broken-videos';
import { withFlags } from './program/flags';
import type { Prediction } from '../inference/file-views';

type Classified = Exclude<Prediction, { error: unknown }>;

/**
 * A prediction for programs and for people: `{"file", "predictions": [{"label", "index", "probability"}…]}`, of a multi-label model with `"labels"`, the classes
 * above the threshold, which are marked with `*` for people; with `"damagedPackets"`, `"short"`, `"brokenOff"` or `"otherRate"` where the file is special.
 */
export function shownPrediction(
  { file, probabilities, damagedPackets, short, brokenOff, otherRate }: Classified,
  { kind, classes }: Task,
  { top, threshold }: { readonly top: number; readonly threshold?: number },
): { record: Record<string, unknown>; text: string } {
  const above = kind === 'multi-label' ? labelsAbove(probabilities, threshold) : undefined;
  const predictions = topClasses(probabilities, classes, Math.max(top, above?.length ?? 0));
  const lines = predictions.map(({ label, index, probability }) => {
    const mark = above?.includes(index) === true ? '*' : ' ';
    return `${mark} ${(100 * probability).toFixed(1).padStart(5)} %  ${label}`;
  });
  const record = {
    ...{ file, predictions },
    ...(above && { labels: above.map((index) => classes[index]) }),
    ...(damagedPackets !== undefined && { damagedPackets }),
    ...(short && { short }),
    ...(brokenOff && { brokenOff }),
    ...(otherRate && { otherRate: { frameRate: otherRate.frameRate, expected: otherRate.expected } }),
  };
  return { record, text: [file, ...lines].join('\n') };
}

/** A file that could not be classified, for programs: `{"file", "error": {"code", "message"}}`. */
export function failedPrediction({ file, error }: Extract<Prediction, { error: unknown }>): Record<string, unknown> {
  return { file, error: { code: error.code, message: withFlags(error.message) } };
}

/** What people should know of the files that were classified, gathered. */
export class SpecialVideos {
  readonly skipped = [];
  readonly damaged: DamagedVideo[] = [];
  readonly brokenOff: BrokenOffVideo[] = [];
  readonly short: ShortVideo[] = [];
  readonly otherRates: OtherRate[] = [];

  add({ file: path, damagedPackets, short, brokenOff, otherRate }: Classified): void {
    if (damagedPackets !== undefined) this.damaged.push({ path, packets: damagedPackets });
    if (short) this.short.push({ path, ...short });
    if (brokenOff) this.brokenOff.push({ path, ...brokenOff });
    if (otherRate) this.otherRates.push({ path, ...otherRate });
  }
}
