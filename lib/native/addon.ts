import { existsSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import nodeGypBuild from 'node-gyp-build';
import { TensorFlowError, VideoError } from '../base/errors';
import type { NativeGraph } from './graph';
import { loadFailure } from './load-failure';
import { addonFolder, packageFolder } from './package';
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

let loaded: Addon | undefined;

const LOG_LEVEL = 'TF_CPP_MIN_LOG_LEVEL';

/** node-gyp-build's own variable names another one, and a package has a prebuilt one where it was not set up. */
function folderToLoad(): string {
  const folder = addonFolder();
  return process.env['MOVINET_NATIVE_PREBUILD'] === undefined && existsSync(folder) ? folder : packageFolder;
}

/**
 * Loads the binary with TensorFlow's log at errors only, unless the user asked for more. Some versions read the variable while they are loaded; it
 * is gone again before any child process of the user's could inherit it.
 */
function loadQuietly(): Addon {
  const asked = process.env[LOG_LEVEL];
  process.env[LOG_LEVEL] ??= '2';
  try {
    return nodeGypBuild(folderToLoad()) as Addon;
  } finally {
    if (asked === undefined) Reflect.deleteProperty(process.env, LOG_LEVEL);
  }
}

/** Loads the addon once. Throws `AddonError` that says what stands in the way and what to do about it. */
export function loadAddon(): Addon {
  if (loaded) return loaded;
  let addon: Addon;
  try {
    addon = loadQuietly();
  } catch (error) {
    throw loadFailure(error, existsSync);
  }
  addon.setErrorClasses({ TensorFlowError, VideoError });
  // `process.exit()` goes on to destroy what the libraries hold, under threads that still decode.
  process.once('exit', (code) => addon.shutDown(isMainThread ? code & 255 : undefined));
  loaded = addon;
  return addon;
}
