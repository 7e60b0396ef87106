import { z } from 'zod';
import { checkOptions, type OptionShape } from '../base/check-options';
import { anything, flag, integer, number, oneOf } from '../base/option-kinds';
import { KERNEL_KINDS, type KernelKind } from '../native/kernels';
import { ConfigProto, GlobalJitLevel, Toggle } from '../native/messages';
import type { RunProfile } from './run-profile';

/**
 * What a session may use of the machine, and how it runs. The threads and the GPU are the process's: TensorFlow takes them from its first session, see
 * {@link setProcessThreads}.
 */
export interface SessionConfig {
  /**
   * What matrix products and convolutions are computed in; variables, sums and everything delicate stay float32. `bfloat16`: on processors with AVX-512 BF16 or AMX; `float16`: on
   * GPUs of compute capability 7.0 or more. A session on another device is refused. Default `float32`.
   */
  precision?: Precision;
  /**
   * What layers are computed by: `plain`, TensorFlow's operations, or `fused`, several times as fast on a processor, unless batch normalisation goes by each batch's own statistics,
   * for which layers that learn are plain. In float32 both give the same numbers to a few units in 10⁶. Default: `fused` on a processor with AVX2, in bfloat16 one with AVX-512 BF16; otherwise `plain`.
   */
  kernels?: KernelKind;
  /**
   * Whether XLA compiles parts of the graph, when they first run and anew for each other shape of a batch: meant for GPUs. Numbers differ by their rounding, and runs are no longer
   * equal to the last bit with those without it. Default false.
   */
  xla?: boolean;
  /** Threads inside one operation; 0, the default, lets TensorFlow take every core. */
  intraOpThreads?: number;
  /** Operations run at a time; 0, the default, lets TensorFlow decide. */
  interOpThreads?: number;
  /** Use no GPU. Default false. */
  cpuOnly?: boolean;
  /** The one GPU to use, counted as the driver does. Default: the first. */
  gpu?: number;
  /** Longest time of one run. Default: as long as it takes. */
  timeoutSeconds?: number;
  /** Gets some of the runs, operation by operation. */
  profile?: RunProfile;
}

export const PRECISIONS = ['float32', 'bfloat16', 'float16'] as const;
/**
 * What layers are computed in.
 *
 * @useDeclaredType
 */
export type Precision = (typeof PRECISIONS)[number];

/** More threads than any machine has work for: each takes memory. */
export const MOST_THREADS = 4096;

/** Of {@link SessionConfig}. */
export const sessionSchema = z
  .strictObject({
    ...{ intraOpThreads: integer(0, MOST_THREADS), interOpThreads: integer(0, MOST_THREADS), cpuOnly: flag() },
    ...{ gpu: integer(0), timeoutSeconds: number({ above: 0 }), profile: anything<RunProfile>() },
    ...{ precision: oneOf(PRECISIONS), kernels: oneOf(KERNEL_KINDS), xla: flag() },
  } satisfies OptionShape<SessionConfig>)
  .partial();

/** Throws {@link UsageError} that names the option and its range. */
export function checkSessionConfig(config: SessionConfig): void {
  checkOptions('session', sessionSchema, config);
}

/** A serialized ConfigProto. GPU memory grows as needed, so that several processes can share a card. Throws UsageError. */
export function encodeSessionConfig(config: SessionConfig = {}): Uint8Array {
  checkSessionConfig(config);
  return ConfigProto.encode({
    intra_op_parallelism_threads: config.intraOpThreads ?? 0,
    inter_op_parallelism_threads: config.interOpThreads ?? 0,
    allow_soft_placement: true,
    graph_options: {
      ...(config.xla === true && { optimizer_options: JUST_IN_TIME }),
      rewrite_options: rewritesFor(config.precision ?? 'float32'),
    },
    operation_timeout_in_ms: Math.ceil((config.timeoutSeconds ?? 0) * 1000),
    device_count: config.cpuOnly === true ? { GPU: 0 } : {},
    gpu_options: { allow_growth: true, visible_device_list: config.gpu === undefined ? '' : String(config.gpu) },
  }).finish();
}

/** TensorFlow compiles for processors only where that is asked for beside the level. */
const JUST_IN_TIME = { global_jit_level: GlobalJitLevel.ON_1, cpu_global_jit: true };

/** Passes over the graph that turn what is worth it, and safe, into the smaller type: TensorFlow's RewriterConfig. */
function rewritesFor(precision: Precision): Record<string, number> {
  switch (precision) {
    case 'float32':
      return {};
    case 'bfloat16':
      return { auto_mixed_precision_onednn_bfloat16: Toggle.ON };
    case 'float16':
      return { auto_mixed_precision: Toggle.ON };
  }
}

/**
 * Sets how many threads TensorFlow computes with in this process, for its first session to come: that one's threads are all sessions' threads, and
 * reading weights already opens one. `suggested` leaves what the environment variables say.
 */
export function setProcessThreads(count: number, { suggested = false }: { suggested?: boolean } = {}): void {
  checkOptions('setProcessThreads', z.object({ count: integer(1, MOST_THREADS), suggested: flag() }), {
    count,
    suggested,
  });
  for (const [name, value] of [
    ['TF_NUM_INTRAOP_THREADS', String(count)],
    ['TF_NUM_INTEROP_THREADS', '1'],
  ] as const) {
    if (!suggested || process.env[name] === undefined) process.env[name] = value;
  }
}
