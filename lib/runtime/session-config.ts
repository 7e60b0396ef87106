import { ConfigProto } from '../native/messages';

/** What a session may use of the machine. */
export interface SessionConfig {
  /** Threads inside one operation; 0, the default, lets TensorFlow take every core. */
  intraOpThreads?: number;
  /** Operations run at a time; 0, the default, lets TensorFlow decide. */
  interOpThreads?: number;
  /** Use no GPU. Default false. */
  cpuOnly?: boolean;
  /** The one GPU to use, counted as the driver does. Default: the first. */
  gpu?: number;
}

/** A serialized ConfigProto. GPU memory grows as needed, so that several processes can share a card. */
export function encodeSessionConfig(config: SessionConfig = {}): Uint8Array {
  return ConfigProto.encode({
    intra_op_parallelism_threads: config.intraOpThreads ?? 0,
    inter_op_parallelism_threads: config.interOpThreads ?? 0,
    allow_soft_placement: true,
    device_count: config.cpuOnly === true ? { GPU: 0 } : {},
    gpu_options: { allow_growth: true, visible_device_list: config.gpu === undefined ? '' : String(config.gpu) },
  }).finish();
}

/**
 * Sets how many threads TensorFlow computes with in this process, for its first session to come: that one's threads are all sessions' threads, and
 * reading weights already opens one. `suggested` leaves what the environment variables say.
 */
export function setProcessThreads(count: number, { suggested = false }: { suggested?: boolean } = {}): void {
  for (const [name, value] of [
    ['TF_NUM_INTRAOP_THREADS', String(count)],
    ['TF_NUM_INTEROP_THREADS', '1'],
  ] as const) {
    if (!suggested || process.env[name] === undefined) process.env[name] = value;
  }
}
