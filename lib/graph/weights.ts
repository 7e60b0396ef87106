import { CheckpointError } from '../base/errors';
import type { VariableKey } from './variables';

/** One variable's numbers, row-major float32. */
export interface WeightArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The numbers of a network, by checkpoint path (specification §5.1, without `model/` and the attribute). */
export class Weights {
  private readonly arrays = new Map<string, WeightArray>();

  set(path: string, array: WeightArray): void {
    this.arrays.set(path, array);
  }

  has(path: string): boolean {
    return this.arrays.has(path);
  }

  /** Undefined where the variable is missing. */
  shapeOf(path: string): readonly number[] | undefined {
    return this.arrays.get(path)?.shape;
  }

  /** Throws {@link CheckpointError} where the variable is missing or has another shape. */
  get(parameter: VariableKey): WeightArray {
    const array = this.arrays.get(parameter.path);
    if (!array) throw new CheckpointError(`The weights lack the variable ${parameter.path}`);
    if (array.shape.join() !== parameter.shape.join()) {
      throw new CheckpointError(
        `The weights' variable ${parameter.path} has shape [${array.shape.join(', ')}], the model's has [${parameter.shape.join(', ')}]`,
      );
    }
    return array;
  }

  paths(): string[] {
    return [...this.arrays.keys()];
  }

  /** A new set with the variables of both; those of `other` win. */
  with(other: Weights): Weights {
    const result = new Weights();
    for (const source of [this, other]) source.arrays.forEach((array, path) => result.set(path, array));
    return result;
  }
}
