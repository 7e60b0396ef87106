export const KERNEL_KINDS = ['fused', 'plain'] as const;
/**
 * What frozen layers are computed by. `plain`: TensorFlow's operations, which run anywhere, can be exported and have gradients. `fused`: operations of our own for
 * CPU, several times as fast, which only this package knows.
 */
export type KernelKind = (typeof KERNEL_KINDS)[number];

export interface Kernels {
  readonly kind: KernelKind;
  /** Of one fused operation; 0: as many as TensorFlow takes for its own. */
  readonly threads: number;
}

export const PLAIN_KERNELS: Kernels = { kind: 'plain', threads: 0 };
