import { type Kernels, PLAIN_KERNELS } from '../native/kernels';
import { isCudaBuild, loadedTensorFlowFramework } from './cuda-libraries';
import { describeCpu } from './machine';
import type { SessionConfig } from './session-config';

/** What there is to compute with, as far as kernels go by it. */
export interface KernelMachine {
  /** Whether the TensorFlow that is loaded can use a GPU. */
  readonly cuda: () => boolean;
  /** Instruction sets of the processor, as describeCpu() names them. */
  readonly features: () => readonly string[];
}

const THIS_MACHINE: KernelMachine = {
  cuda: () => {
    const framework = loadedTensorFlowFramework();
    return framework !== undefined && isCudaBuild(framework);
  },
  features: () => describeCpu().features,
};

/**
 * What the frozen layers of a session's graph are computed by: what it says, otherwise fused kernels where it runs on a processor with vectors that they are made for, in float32.
 */
export function kernelsFor(config: SessionConfig = {}, machine: KernelMachine = THIS_MACHINE): Kernels {
  const { kernels, cpuOnly, precision = 'float32', intraOpThreads = 0 } = config;
  const fused: Kernels = { kind: 'fused', threads: intraOpThreads };
  if (kernels !== undefined) return kernels === 'fused' ? fused : PLAIN_KERNELS;
  const onCpu = cpuOnly === true || !machine.cuda();
  return onCpu && precision === 'float32' && machine.features().includes('AVX2') ? fused : PLAIN_KERNELS;
}
