import { DeviceError } from '../base/errors';
import type { DeviceInfo } from '../native/session';
import { type CpuDescription, describeCpu, describeNvidia, type NvidiaDescription } from './machine';
import type { Precision } from './session-config';

/** What a machine computes with, as far as precisions go by it. */
export interface PrecisionMachine {
  readonly cpu: Pick<CpuDescription, 'model' | 'features'>;
  readonly nvidia: Pick<NvidiaDescription, 'gpus'>;
  /** The environment variable that switches oneDNN, which has the bfloat16 kernels. */
  readonly oneDnn: string | undefined;
}

/** Tensor cores, which float16 is rewritten for. */
const LEAST_CAPABILITY = 7;
const FASTER = ['AVX-512 BF16', 'AMX BF16'];

/**
 * Throws {@link DeviceError} where a precision would have no effect on the devices of a session, or make it slower: TensorFlow passes over what it cannot rewrite without a word.
 * It rewrites to bfloat16 for processors alone, and to float16 for GPUs.
 */
export function checkPrecision(
  precision: Precision,
  devices: readonly Pick<DeviceInfo, 'type'>[],
  machine: () => PrecisionMachine = thisMachine,
): void {
  if (precision === 'float32') return;
  const problem = problemOf(
    precision,
    devices.some(({ type }) => type === 'GPU'),
    machine,
  );
  if (problem !== undefined) throw new DeviceError(`The precision ${precision} cannot be used: ${problem}`);
}

function problemOf(
  precision: 'bfloat16' | 'float16',
  onGpu: boolean,
  machine: () => PrecisionMachine,
): string | undefined {
  if (precision === 'float16') {
    if (!onGpu) return 'it needs a GPU; on a processor take bfloat16, or float32';
    const { gpus } = machine().nvidia;
    const [gpu] = gpus;
    if (gpu === undefined || gpus.some(({ computeCapability }) => Number(computeCapability) >= LEAST_CAPABILITY))
      return undefined;
    return `it needs a GPU of compute capability ${LEAST_CAPABILITY}.0 or more, and ${gpu.name} has ${gpu.computeCapability}`;
  }
  if (onGpu) return 'TensorFlow has it for processors only; on a GPU take float16, or float32';
  const { cpu, oneDnn } = machine();
  if (oneDnn !== undefined && ['0', 'false'].includes(oneDnn.toLowerCase()))
    return `TF_ENABLE_ONEDNN_OPTS is ${oneDnn}, and oneDNN computes it; unset it, or take float32`;
  if (FASTER.some((feature) => cpu.features.includes(feature))) return undefined;
  return `this processor (${cpu.model}) has none of ${FASTER.join(', ')}; take float32`;
}

function thisMachine(): PrecisionMachine {
  return { cpu: describeCpu(), nvidia: describeNvidia(), oneDnn: process.env['TF_ENABLE_ONEDNN_OPTS'] };
}
