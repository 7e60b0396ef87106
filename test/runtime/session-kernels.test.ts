import type { Kernels } from '../../lib/native/kernels';
import type { SessionConfig } from '../../lib/runtime/session-config';
import { kernelsFor, type KernelMachine } from '../../lib/runtime/session-kernels';

const machine = (features: string[], cuda = false): KernelMachine => ({ features: () => features, cuda: () => cuda });
const NEW = ['AVX2', 'AVX-512', 'AVX-512 BF16'];
const PLAIN: Kernels = { kind: 'plain', threads: 0 };
const fused = (given: Partial<Kernels> = {}): Kernels => ({
  kind: 'fused',
  products: 'float32',
  threads: 0,
  ...given,
});

it.each<[SessionConfig, string, KernelMachine, Kernels]>([
  [{}, 'with AVX2', machine(['AVX2']), fused()],
  [{}, 'without', machine(['AVX']), PLAIN],
  [{}, 'with a GPU beside it', machine(NEW, true), PLAIN],
  [{ cpuOnly: true, intraOpThreads: 3 }, 'with a GPU that is not used', machine(NEW, true), fused({ threads: 3 })],
  [{ precision: 'bfloat16' }, 'with AVX-512 BF16', machine(NEW), fused({ products: 'bfloat16' })],
  [{ precision: 'bfloat16' }, 'with AMX alone', machine(['AVX2', 'AMX BF16']), PLAIN],
  [{ precision: 'float16' }, 'with all', machine(NEW), PLAIN],
  [{ kernels: 'plain' }, 'with all', machine(NEW), PLAIN],
  [{ kernels: 'fused' }, 'without vectors', machine([]), fused()],
  [{ kernels: 'fused', precision: 'bfloat16' }, 'with all', machine(NEW), fused({ products: 'bfloat16' })],
])('%j on a processor %s', (config, _, on, expected) => {
  expect(kernelsFor(config, on)).toEqual(expected);
});
