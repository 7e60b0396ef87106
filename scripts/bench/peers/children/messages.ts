import { z } from 'zod';
import type { Precision } from '../../../../lib/runtime/session-config';
import type { ModelFormat } from '../peer-list';
import type { Work } from '../works';

/** A tensor of a frozen graph that is fed and, where it is a stream's state, comes back by another name. */
export interface GraphInput {
  /** `operation:index`, as TensorFlow writes it. */
  readonly name: string;
  readonly dtype: 'float32' | 'int32';
  readonly shape: readonly number[];
  /** The output that is this state's next value; none for clips. */
  readonly next?: string;
}

/** A network as a peer gets it. */
export interface ModelFile {
  readonly format: ModelFormat;
  /** The file; of a checkpoint its prefix. */
  readonly path: string;
  /** Of `graph`, `onnx` and `tflite`: clips first, then states. */
  readonly inputs: readonly GraphInput[];
  /** [clips, classes]. */
  readonly logits: string;
}

export interface VideoWork {
  readonly files: readonly string[];
  /** Numbers of frames of a file, by its place in `files`. */
  readonly clips: readonly { readonly file: number; readonly frames: readonly number[] }[];
  /** What a frame is resized to: the larger side is the work's size, the aspect stays. */
  readonly width: number;
  readonly height: number;
}

/** What a child gets ready for, once. */
export interface OpenRequest {
  readonly request: 'open';
  /** Of the peer. */
  readonly peer: string;
  readonly work: Work;
  readonly threads: number;
  readonly precision: Precision;
  /** Classes of the network. Clip i is of class i modulo this where it is trained on. */
  readonly classes: number;
  /** Frames of a stream, and steps of training, whose results are the `numbers`. */
  readonly compared: number;
  /** A file of float32 numbers: the clips, or the frames of a stream to compare. */
  readonly input?: string;
  readonly model?: ModelFile;
  /** An official checkpoint that our own network is read from; random numbers without. */
  readonly weights?: string;
  readonly video?: VideoWork;
  /** Folder of the checkout of the PyTorch port. */
  readonly port?: string;
}

/** Does the work so often, and tells how long each took. */
export interface RunRequest {
  readonly request: 'run';
  readonly count: number;
}

export type PeerRequest = OpenRequest | RunRequest;

/** Answer to {@link OpenRequest}: `numbers` are logits, losses of the first steps, or frames decoded of each file or clip. */
export const openedSchema = z.strictObject({
  numbers: z.array(z.number()).min(1),
  versions: z.record(z.string(), z.string()),
});
export type Opened = z.output<typeof openedSchema>;

/** Answer to {@link RunRequest}. */
export const ranSchema = z.strictObject({ milliseconds: z.array(z.number().positive()).min(1) });

/** Answer to either where it failed. */
export const failedSchema = z.strictObject({ error: z.string() });
