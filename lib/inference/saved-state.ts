import { UsageError } from '../base/errors';
import type { StateRing, StateTensor } from '../movinet/network/build-context';

/** One state's numbers as plain data, row-major: it can be cloned, sent to a worker or written to a file. */
export interface SavedStateTensor {
  readonly dtype: 'float32' | 'int32';
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** All states of a stream by their official names, such as `state_block1_layer0_stream_buffer`. */
export type SavedState = ReadonlyMap<string, SavedStateTensor>;

/** What a stream's state must look like: every dimension known. */
export interface StateShape {
  readonly name: string;
  readonly dtype: 'float32' | 'int32';
  readonly shape: readonly number[];
}

/** How many numbers a tensor of this shape has. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** The shapes of a graph's states for streams of `batch` videos. The graph's frame size must be fixed. */
export function stateShapes(
  states: readonly Pick<StateTensor, 'name' | 'dtype' | 'shape'>[],
  batch: number,
): StateShape[] {
  return states.map(({ name, dtype, shape }) => {
    const known = (shape ?? []).map((dimension, axis) => (axis === 0 && dimension === -1 ? batch : dimension));
    if (shape === null || known.includes(-1) || (dtype !== 'float32' && dtype !== 'int32')) {
      throw new UsageError(`The shape of ${name} is not known: a stream needs frames of a fixed size`);
    }
    return { name, dtype, shape: known };
  });
}

/** The shapes of a graph's rings, as their frames are saved. */
export function ringShapes(rings: readonly StateRing[], batch: number): StateShape[] {
  return stateShapes(
    rings.map(({ name, shape }) => ({ name, dtype: 'float32', shape })),
    batch,
  );
}

/** Throws {@link UsageError} that lists what of a saved state does not fit. */
export function checkSaved(shapes: readonly StateShape[], saved: SavedState): void {
  const problems = [
    ...shapes.flatMap((expected) => problemOf(expected, saved.get(expected.name)) ?? []),
    ...[...saved.keys()]
      .filter((name) => !shapes.some((shape) => shape.name === name))
      .map((name) => `${name} is unknown`),
  ];
  if (problems.length === 0) return;
  const more = problems.length > 3 ? ` and ${problems.length - 3} more` : '';
  throw new UsageError(
    `The saved state does not fit this stream: ${problems.slice(0, 3).join('; ')}${more}; ` +
      'is it of another model, batch or frame size?',
  );
}

function problemOf({ name, dtype, shape }: StateShape, saved: SavedStateTensor | undefined): string | undefined {
  if (saved === undefined) return `${name} is missing`;
  const found = `${saved.dtype} [${saved.shape.join(', ')}]`;
  const expected = `${dtype} [${shape.join(', ')}]`;
  if (found !== expected) return `${name} is ${found}, expected ${expected}`;
  const size = sizeOf(shape);
  if (saved.data.length !== size) return `${name} has ${saved.data.length} numbers, expected ${size}`;
  return undefined;
}
