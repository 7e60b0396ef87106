/** Element types that cross the boundary, by TensorFlow's names. */
export type DType = 'float32' | 'float64' | 'int32' | 'int64' | 'uint8' | 'bool' | 'string';

export type TensorData = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;

/** One `TF_Tensor`. Its memory is freed by `dispose()`, or when the last reader lets go of it. */
export interface NativeTensor extends Disposable {
  readonly dtype: DType;
  readonly shape: number[];
  readonly byteLength: number;
  /** A view of the tensor's own memory, not a copy (bool as bytes); detached by `dispose()`. Throws for strings. */
  data(): TensorData;
  /** The elements of a string tensor. */
  strings(): Buffer[];
  dispose(): void;
}
