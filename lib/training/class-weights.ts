import type { z } from 'zod';
import { UsageError } from '../base/errors';
import { value } from '../base/option-kinds';
import { nearestNames, shown } from '../base/shown';
import type { Task } from '../base/task';
import type { ClipSource } from '../data/clip-source';

/**
 * Factors of the losses of each class's clips, by the classes' names, 1 where a class has none; `balanced`: those that give each class the same weight in all, clips / (classes
 * · clips of the class), as scikit-learn has it.
 */
export type ClassWeights = 'balanced' | Readonly<Record<string, number>>;

/** For schemas of options: what the classes are is known later. */
export const classWeightsSchema: z.ZodType<ClassWeights, ClassWeights> = value<ClassWeights>(
  (given) => given === 'balanced' || (typeof given === 'object' && given !== null && !Array.isArray(given)),
  'must be balanced, or numbers by the names of classes',
);

/**
 * The weight of each class, in the order of the task's; undefined where all are 1. A class without clips has 1 where they are balanced.
 *
 * @throws UsageError for a class that the task lacks, for weights that are negative or no numbers, and for `balanced` with a source that does not tell its classes' clips.
 */
export function resolveClassWeights(
  given: ClassWeights,
  { classes }: Task,
  source: Pick<ClipSource, 'classCounts'>,
): readonly number[] | undefined {
  const weights = given === 'balanced' ? balancedWeights(classes, source) : weightsByName(given, classes);
  return weights.every((weight) => weight === 1) ? undefined : weights;
}

/** The factor of each clip's loss. `targets`: row-major [n, classes]. */
export function clipWeights(targets: Float32Array, weights: readonly number[], kind: Task['kind']): Float32Array {
  const { length } = weights;
  return Float32Array.from({ length: targets.length / length }, (_, row) => {
    let [total, share] = [0, 0];
    weights.forEach((weight, i) => {
      const target = targets[row * length + i] as number;
      total += target * weight;
      share += target;
    });
    if (kind === 'single-label') return total;
    return share > 0 ? total / share : 1;
  });
}

function balancedWeights(classes: readonly string[], source: Pick<ClipSource, 'classCounts'>): number[] {
  const counts = source.classCounts?.();
  if (counts === undefined)
    throw new UsageError(
      'Balanced class weights need a source that tells how many clips each class has (classCounts): give the weights by the names of the classes',
    );
  if (counts.length !== classes.length || counts.some((count) => !(count >= 0 && count < Infinity)))
    throw new UsageError(`The source has ${classes.length} classes, and tells ${shown(counts)} of their clips`);
  const present = counts.filter((count) => count > 0).length;
  const clips = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (count > 0 ? clips / (present * count) : 1));
}

function weightsByName(given: Readonly<Record<string, number>>, classes: readonly string[]): number[] {
  const byName = new Map(classes.map((name, index) => [name.normalize('NFC'), index]));
  const weights = classes.map(() => 1);
  for (const [name, weight] of Object.entries(given)) {
    const index = byName.get(name.normalize('NFC'));
    if (index === undefined)
      throw new UsageError(
        `There is no class "${name}" to give a weight: the nearest of the ${classes.length} are ${nearestNames(name, classes).join(', ')}`,
      );
    if (!(typeof weight === 'number' && weight >= 0 && weight < Infinity))
      throw new UsageError(`The weight of class "${name}" must be a finite number of at least 0, got ${shown(weight)}`);
    weights[index] = weight;
  }
  return weights;
}
