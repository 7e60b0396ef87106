export const KERNEL_KINDS = ['fused', 'plain'] as const;
/**
 * What layers are computed by. `plain`: TensorFlow's operations, which run anywhere and can be exported. `fused`: operations of our own for CPU, several times as fast,
 * with their gradients; only this package knows them, and not batch normalisation by each batch's own statistics, for which layers are plain.
 *
 * @useDeclaredType
 */
export type KernelKind = (typeof KERNEL_KINDS)[number];

export interface Kernels {
  readonly kind: KernelKind;
  /** What fused operations multiply; sums are float32. Default `float32`. `bfloat16` takes AVX-512 BF16: elsewhere a session that has them fails. */
  readonly products?: 'float32' | 'bfloat16';
  /** Of one fused operation; 0: as many as TensorFlow takes for its own. */
  readonly threads: number;
}

export const PLAIN_KERNELS: Kernels = { kind: 'plain', threads: 0 };
