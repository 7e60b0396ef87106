import { CheckpointError } from '../base/errors';
import { Turn } from '../base/turn';
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
    const array = this.array(parameter.path);
    if (array.shape.join() !== parameter.shape.join()) {
      throw new CheckpointError(
        `The weights' variable ${parameter.path} has shape [${array.shape.join(', ')}], the model's has [${parameter.shape.join(', ')}]`,
      );
    }
    return array;
  }

  /** Of any shape. Throws {@link CheckpointError} where it is missing. */
  array(path: string): WeightArray {
    const array = this.arrays.get(path);
    if (!array) throw new CheckpointError(`The weights lack the variable ${path}`);
    return array;
  }

  /** The same arrays under other paths; those for which `to` has none are left out. */
  renamed(to: (path: string) => string | undefined): Weights {
    const result = new Weights();
    this.arrays.forEach((array, path) => {
      const name = to(path);
      if (name !== undefined) result.set(name, array);
    });
    return result;
  }

  /** Whether every number is one. Looks in turns of the event loop. */
  async allFinite(): Promise<boolean> {
    const turn = new Turn();
    for (const { data } of this.arrays.values()) {
      // The sum of finite float32 numbers is finite in the double precision of JavaScript, and costs less than a look at each.
      let sum = 0;
      for (const value of data) sum += value;
      if (!Number.isFinite(sum)) return false;
      if (turn.over) await turn.next();
    }
    return true;
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
