import { decodeTargets, labelsAbove, predictedClasses, rowsOf, type Target, type TaskKind } from '../../base/task';
import type { Measured } from '../metric';

/** What one clip is, and what it was taken for: one class each, of a multi-label task any number. */
export interface Decision {
  readonly target: Target;
  readonly predicted: Target;
}

/** Of batches that are being measured: most metrics ask for the same. */
const known = new WeakMap<Measured, Map<string, readonly Decision[]>>();

/**
 * Of each clip the class of the highest probability, the first of several; of a multi-label task all classes above `threshold`. Of clips that were mixed the class with
 * the larger share is the true one. Kept as long as `measured` is. Throws {@link DivergedError} for NaN.
 */
export function decisions(measured: Measured, kind: TaskKind, threshold: number): readonly Decision[] {
  const ofBatch = known.get(measured) ?? new Map<string, readonly Decision[]>();
  known.set(measured, ofBatch);
  const rule = kind === 'single-label' ? kind : String(threshold);
  const found = ofBatch.get(rule) ?? decide(measured, kind, threshold);
  ofBatch.set(rule, found);
  return found;
}

function decide({ count, probabilities, targets }: Measured, kind: TaskKind, threshold: number): Decision[] {
  const truth = decodeTargets(targets, count, kind);
  const predicted: Target[] =
    kind === 'single-label'
      ? predictedClasses(probabilities, count).map((label) => [label])
      : rowsOf(probabilities, count).map((row) => labelsAbove(row, threshold));
  return truth.map((target, i) => ({ target, predicted: predicted[i] ?? [] }));
}

/**
 * How right a decision is, from 0 to 1. Single-label: 1 where the class is the true one. Multi-label: the share of classes that are rightly given or not, Keras'
 * binary accuracy.
 */
export function rightShare({ target, predicted }: Decision, { kind, classes }: DecidedAmong): number {
  if (kind === 'single-label') return predicted[0] === target[0] ? 1 : 0;
  const given = new Set(target);
  const hits = predicted.filter((label) => given.has(label)).length;
  const wrong = predicted.length + given.size - 2 * hits;
  return (classes - wrong) / classes;
}

interface DecidedAmong {
  readonly kind: TaskKind;
  /** How many there are. */
  readonly classes: number;
}
