import { ConfigProto } from './messages';

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
