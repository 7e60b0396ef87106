import type { NativeGraph, Output } from './graph';
import type { NativeTensor } from './tensor';

declare const plan: unique symbol;

/** What one run feeds, fetches and targets, names resolved once. */
export interface RunPlan {
  readonly [plan]: never;
}

export interface DeviceInfo {
  /** E.g. `/job:localhost/replica:0/task:0/device:GPU:0`. */
  name: string;
  /** `CPU` or `GPU`. */
  type: string;
  memoryBytes: number;
}

/** A `TF_Session`. Runs follow one another on a thread of its own; the event loop stays free. */
export interface NativeSession extends Disposable {
  /** `targets`: names of operations to run for their effect. */
  prepare(feeds: Output[], fetches: Output[], targets?: string[]): RunPlan;
  /** `feeds` in the plan's order; resolves to the fetched tensors, which the caller disposes. */
  run(plan: RunPlan, feeds: NativeTensor[]): Promise<NativeTensor[]>;
  devices(): DeviceInfo[];
  /** Frees the session once the runs under way have ended. */
  close(): void;
}

export interface LoadedSavedModel {
  graph: NativeGraph;
  session: NativeSession;
  /** A serialized MetaGraphDef. */
  metaGraphDef: Buffer;
}
