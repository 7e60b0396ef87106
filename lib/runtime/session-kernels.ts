import { type Kernels, PLAIN_KERNELS } from '../native/kernels';
import { isCudaBuild, loadedTensorFlowFramework } from './cuda-libraries';
import { describeCpu } from './machine';
import type { Precision, SessionConfig } from './session-config';

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

/** The vectors that fused kernels are made for, by what they compute in. */
const VECTORS: Record<Precision, string | undefined> = {
  float32: 'AVX2',
  bfloat16: 'AVX-512 BF16',
  float16: undefined,
};

/**
 * What the layers of a session's graph are computed by: what it says, otherwise fused kernels where it runs on a processor with vectors that they are made for.
 */
export function kernelsFor(config: SessionConfig = {}, machine: KernelMachine = THIS_MACHINE): Kernels {
  const { kernels, cpuOnly, precision = 'float32', intraOpThreads = 0 } = config;
  const products = precision === 'bfloat16' ? precision : 'float32';
  const fused: Kernels = { kind: 'fused', products, threads: intraOpThreads };
  if (kernels !== undefined) return kernels === 'fused' ? fused : PLAIN_KERNELS;
  const onCpu = cpuOnly === true || !machine.cuda();
  const vectors = VECTORS[precision];
  return onCpu && vectors !== undefined && machine.features().includes(vectors) ? fused : PLAIN_KERNELS;
}
