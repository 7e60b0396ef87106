import { UsageError } from '../base/errors';
import type { StateTensor } from '../movinet/network/build-context';
import type { Addon } from '../native/addon';
import type { NativeTensor } from '../native/tensor';

/** The count of frames that every causal network carries. */
export const FRAME_COUNT = 'state_head_pool_frame_count';

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

/** The shapes of a graph's states for streams of `batch` videos. The graph's frame size must be fixed. */
export function stateShapes(states: readonly StateTensor[], batch: number): StateShape[] {
  return states.map(({ name, dtype, shape }) => {
    const known = (shape ?? []).map((dimension, axis) => (axis === 0 && dimension === -1 ? batch : dimension));
    if (shape === null || known.includes(-1) || (dtype !== 'float32' && dtype !== 'int32')) {
      throw new UsageError(`The shape of ${name} is not known: a stream needs frames of a fixed size`);
    }
    return { name, dtype, shape: known };
  });
}

/** The state of a stream that has seen nothing: zeros. */
export function zeroStates(addon: Addon, shapes: readonly StateShape[]): NativeTensor[] {
  return shapes.map(({ dtype, shape }) => addon.createTensor(dtype, [...shape]));
}

/**
 * Scales the sums and counts of all averages over time, in place, such that they are of `frames` frames; those of fewer stay as they are. Positions in
 * time count from there too, so that they stay in the range that a network was trained on.
 */
export function fadeStates(shapes: readonly StateShape[], tensors: readonly NativeTensor[], frames: number): void {
  if (!Number.isSafeInteger(frames) || frames < 0)
    throw new UsageError(`A stream is faded to a number of frames, got ${frames}`);
  shapes.forEach(({ name }, index) => {
    if (!name.endsWith('_frame_count')) return;
    const count = (tensors[index] as NativeTensor).data() as Int32Array;
    const seen = count[0] as number;
    if (seen <= frames) return;
    count[0] = frames;
    const sums = shapes.findIndex((shape) => shape.name === name.replace(/_frame_count$/, '_buffer'));
    if (sums < 0) return;
    const values = (tensors[sums] as NativeTensor).data() as Float32Array;
    const share = frames / seen;
    for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) * share;
  });
}

/** Copies the tensors out; `shapes` in their order. */
export function saveStates(
  shapes: readonly StateShape[],
  tensors: readonly NativeTensor[],
): Map<string, SavedStateTensor> {
  return new Map(
    shapes.map(({ name, dtype, shape }, index) => {
      const data = (tensors[index] as NativeTensor).data() as Float32Array | Int32Array;
      return [name, { dtype, shape, data: data.slice() }];
    }),
  );
}

/** Tensors with the saved numbers, in the order of `shapes`. Throws {@link UsageError} that lists what does not fit. */
export function loadStates(addon: Addon, shapes: readonly StateShape[], saved: SavedState): NativeTensor[] {
  const problems = [
    ...shapes.flatMap((expected) => problemOf(expected, saved.get(expected.name)) ?? []),
    ...[...saved.keys()]
      .filter((name) => !shapes.some((shape) => shape.name === name))
      .map((name) => `${name} is unknown`),
  ];
  if (problems.length > 0) {
    const more = problems.length > 3 ? ` and ${problems.length - 3} more` : '';
    throw new UsageError(
      `The saved state does not fit this stream: ${problems.slice(0, 3).join('; ')}${more}; ` +
        'is it of another model, batch or frame size?',
    );
  }
  return shapes.map(({ name, dtype, shape }) => {
    const tensor = addon.createTensor(dtype, [...shape]);
    (tensor.data() as Float32Array | Int32Array).set((saved.get(name) as SavedStateTensor).data);
    return tensor;
  });
}

function problemOf({ name, dtype, shape }: StateShape, saved: SavedStateTensor | undefined): string | undefined {
  if (saved === undefined) return `${name} is missing`;
  const found = `${saved.dtype} [${saved.shape.join(', ')}]`;
  const expected = `${dtype} [${shape.join(', ')}]`;
  if (found !== expected) return `${name} is ${found}, expected ${expected}`;
  const size = shape.reduce((a, b) => a * b, 1);
  if (saved.data.length !== size) return `${name} has ${saved.data.length} numbers, expected ${size}`;
  return undefined;
}
