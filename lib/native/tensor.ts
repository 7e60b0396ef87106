/** Element types that cross the boundary, by TensorFlow's names. */
export type DType =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'bfloat16'
  | 'int8'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'bool'
  | 'string'
  | 'resource';

export type TensorData =
  Float32Array | Float64Array | Int8Array | Int32Array | BigInt64Array | Uint8Array | Uint16Array;

/**
 * One `TF_Tensor`. Its memory is freed by `dispose()`, or when the last reader lets go of it. Dispose of what is large: within one turn of the event
 * loop the collector frees none.
 */
export interface NativeTensor extends Disposable {
  readonly dtype: DType;
  readonly shape: number[];
  readonly byteLength: number;
  /**
   * A view of the tensor's own memory, not a copy (bool as bytes, 16-bit floats as their bits); detached by `dispose()`. Throws for strings and
   * resources.
   */
  data(): TensorData;
  /**
   * Elements `begin` (default 0) to `end` (default all) as they lie in memory, a copy. For a few of a large tensor: the collector counts all that `data()` shows, and goes to work for
   * it. Throws where `data()` does, and a RangeError for elements that are not there.
   */
  copy(begin?: number, end?: number): TensorData;
  /** The elements of a string tensor. */
  strings(): Buffer[];
  dispose(): void;
}
