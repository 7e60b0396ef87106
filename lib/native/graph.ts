import type { DType, NativeTensor } from './tensor';

/** A tensor in a graph: `operation:index`, TensorFlow's own way to write it. */
export type Output = string;

/** A dimension that is not known is −1; a shape of unknown rank is `null`. */
export type GraphShape = number[] | null;

export type AttributeValue =
  | boolean
  | string
  | { int: number }
  | { float: number }
  | { type: DType }
  | { shape: GraphShape }
  | { tensor: NativeTensor }
  | { tensors: NativeTensor[] }
  | { ints: number[] }
  | { floats: number[] }
  | { strings: string[] }
  | { types: DType[] }
  | { shapes: GraphShape[] };

export interface OperationSpec {
  type: string;
  /** Unique in the graph. */
  name: string;
  /** A list input is an array. */
  inputs: (Output | Output[])[];
  /** Names of operations that must run before. */
  controlInputs?: string[];
  attributes: Record<string, AttributeValue>;
  device?: string;
}

/**
 * A `TF_Graph`. Lives until the last session that runs it is gone. What takes long is done on a thread, one piece after the other; until it is,
 * `addOperation()` waits.
 */
export interface NativeGraph {
  /** Returns the number of outputs. Throws {@link TensorFlowError}, e.g. for shapes that do not fit. */
  addOperation(spec: OperationSpec): number;
  /**
   * d(Σ ys)/dx for each x; with `gradients`, one for each y, what they carry back to each x. Rejects where an operation between has no gradient in
   * the C API.
   */
  addGradients(ys: Output[], xs: Output[], gradients?: Output[]): Promise<Output[]>;
  /** Names are prefixed by `prefix` and a slash. */
  importGraphDef(graphDef: Uint8Array, prefix?: string): Promise<void>;
  /** A serialized GraphDef. */
  toGraphDef(): Promise<Buffer>;
  hasOperation(name: string): boolean;
  outputShape(output: Output): GraphShape;
}
