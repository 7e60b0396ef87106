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

/** Fetched tensors, which the caller disposes of, and what the run was made of. */
export interface TracedRun {
  tensors: NativeTensor[];
  /** A serialized RunMetadata. */
  runMetadata: Buffer;
}

/** A `TF_Session`. It is made, runs and ends on a thread of its own, one run after another; the event loop stays free. */
export interface NativeSession extends Disposable {
  /** `targets`: names of operations to run for their effect. */
  prepare(feeds: Output[], fetches: Output[], targets?: string[]): RunPlan;
  /**
   * `feeds` in the plan's order: not to be written until the run has ended, and never where the run assigns one to a variable, which takes its memory
   * over. `options`: a serialized RunOptions. Resolves to the fetched tensors, which the caller disposes of; they share their memory with nothing.
   */
  run(plan: RunPlan, feeds: NativeTensor[], options?: Uint8Array): Promise<NativeTensor[]>;
  /** As `run()`, with the RunMetadata that `options` ask for. */
  trace(plan: RunPlan, feeds: NativeTensor[], options?: Uint8Array): Promise<TracedRun>;
  devices(): Promise<DeviceInfo[]>;
  /**
   * Ends the session with the runs under way, which reject as CANCELLED. TensorFlow's C API cancels nothing smaller; what may be waited for in vain
   * gets a time-out by its RunOptions.
   */
  close(): void;
}

export interface LoadedSavedModel {
  graph: NativeGraph;
  session: NativeSession;
  /** A serialized MetaGraphDef. */
  metaGraphDef: Buffer;
}
