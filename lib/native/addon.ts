import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import nodeGypBuild from 'node-gyp-build';
import { MovinetError, TensorFlowError, VideoError } from '../base/errors';
import type { NativeGraph } from './graph';
import type { LoadedSavedModel, NativeSession } from './session';
import type { DType, NativeTensor } from './tensor';
import type { VideoAddon } from './video';

/** The whole boundary to native code, in one place. */
export interface Addon extends VideoAddon {
  tensorFlowVersion(): string;
  /** What is alive in this process, for leak tests: native objects, and threads that sessions, decoders and videos have. */
  liveCounts(): { tensors: number; graphs: number; sessions: number; threads: number };
  /**
   * Ends all native work of this JavaScript environment: its promises reject, now and later. With an exit code, that of the whole process: waits
   * two seconds at most, and where something cannot be stopped, ends the process there and then with that code.
   */
  shutDown(exitCode?: number): void;
  setErrorClasses(classes: { TensorFlowError: typeof TensorFlowError; VideoError: typeof VideoError }): void;
  /** A zero-filled tensor. */
  createTensor(dtype: DType, shape: number[]): NativeTensor;
  createStringTensor(values: (string | Buffer)[], shape: number[]): NativeTensor;
  createGraph(): NativeGraph;
  /** `config`: a serialized ConfigProto. `target`: a server's address, such as `grpc://host:port`; default: this process. */
  createSession(graph: NativeGraph, config?: Uint8Array, target?: string): Promise<NativeSession>;
  /** TensorFlow cannot stop while it loads. */
  loadSavedModel(directory: string, tags: string[], config?: Uint8Array): Promise<LoadedSavedModel>;
}

const packageRoot = join(__dirname, '..', '..');
let loaded: Addon | undefined;

/** Loads the addon once. Throws {@link MovinetError} that says how to build it, or which library is missing. */
export function loadAddon(): Addon {
  if (loaded) return loaded;
  // TensorFlow reads this when its library is loaded: errors only, unless the user asked for more.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  let addon: Addon;
  try {
    addon = nodeGypBuild(packageRoot) as Addon;
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    const advice = existsSync(join(packageRoot, 'build', 'Release', 'movinet_native.node'))
      ? 'run `npm run doctor` to see which library is missing'
      : 'run `npm run setup` to build it';
    throw new MovinetError(`The native addon cannot be loaded (${reason}); ${advice}`, { cause: error });
  }
  addon.setErrorClasses({ TensorFlowError, VideoError });
  // `process.exit()` goes on to destroy what the libraries hold, under threads that still decode.
  process.once('exit', (code) => addon.shutDown(isMainThread ? code : undefined));
  loaded = addon;
  return addon;
}
