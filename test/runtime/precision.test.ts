import { DeviceError } from '../../lib/base/errors';
import { GraphBuilder } from '../../lib/graph/builder';
import { matMul, multiply, placeholder } from '../../lib/graph/ops';
import { loadAddon } from '../../lib/native/addon';
import { describeCpu } from '../../lib/runtime/machine';
import { openSession } from '../../lib/runtime/open-session';
import { checkPrecision, type PrecisionMachine } from '../../lib/runtime/precision';
import type { Precision } from '../../lib/runtime/session-config';

const [CPU, GPU] = [{ type: 'CPU' }, { type: 'GPU' }];
const gpu = (computeCapability: string) => ({ name: 'A card', memoryMiB: 1, computeCapability });
const machine = (given: Partial<PrecisionMachine> = {}): PrecisionMachine => ({
  ...{ cpu: { model: 'A processor', features: ['AVX-512', 'AVX-512 BF16'] }, nvidia: { gpus: [] }, oneDnn: undefined },
  ...given,
});

it.each<[Precision, { type: string }[], PrecisionMachine]>([
  ['float32', [CPU], machine({ cpu: { model: 'Old', features: [] } })],
  ['bfloat16', [CPU], machine()],
  ['bfloat16', [CPU], machine({ cpu: { model: 'Intel', features: ['AMX BF16'] }, oneDnn: '1' })],
  ['float16', [CPU, GPU], machine({ nvidia: { gpus: [gpu('7.0')] } })],
  ['float16', [CPU, GPU], machine({ nvidia: { gpus: [gpu('6.1'), gpu('10.0')] } })],
  // Where nvidia-smi is missing.
  ['float16', [CPU, GPU], machine()],
])('%s is for %j', (precision, devices, of) => {
  expect(() => checkPrecision(precision, devices, () => of)).not.toThrow();
});

it.each<[Precision, { type: string }[], PrecisionMachine, RegExp]>([
  ['float16', [CPU], machine(), /float16 cannot be used: it needs a GPU; on a processor take bfloat16, or float32$/],
  ['float16', [CPU, GPU], machine({ nvidia: { gpus: [gpu('6.1')] } }), /7.0 or more, and A card has 6.1$/],
  ['bfloat16', [CPU, GPU], machine(), /has it for processors only; on a GPU take float16, or float32$/],
  [
    'bfloat16',
    [CPU],
    machine({ cpu: { model: 'Old', features: ['AVX-512'] } }),
    /\(Old\) has none of AVX-512 BF16, AMX BF16/,
  ],
  ['bfloat16', [CPU], machine({ oneDnn: '0' }), /TF_ENABLE_ONEDNN_OPTS is 0/],
])('%s is refused on %j where it would have no effect', (precision, devices, of, message) => {
  expect(() => checkPrecision(precision, devices, () => of)).toThrow(DeviceError);
  expect(() => checkPrecision(precision, devices, () => of)).toThrow(message);
});

describe('a session of a processor', () => {
  const addon = loadAddon();
  const able = describeCpu().features.some((feature) => ['AVX-512 BF16', 'AMX BF16'].includes(feature));

  /** The product of matrices of 1 + 2⁻⁹, which bfloat16 does not know, but float32 does. */
  async function product(precision: Precision): Promise<number> {
    const g = new GraphBuilder(addon);
    const x = placeholder(g, 'float32', [32, 32]);
    const y = multiply(g, matMul(g, multiply(g, x, x), x), x);
    using session = await openSession(addon, g.graph, { precision, cpuOnly: true });
    using tensor = addon.createTensor('float32', [32, 32]);
    (tensor.data() as Float32Array).fill(1 + 2 ** -9);
    const [result] = await session.run(session.prepare([x], [y]), [tensor]);
    using owned = result!;
    return (owned.data() as Float32Array)[0]!;
  }

  it('computes by the precision, or is refused', async () => {
    const exact = 32 * (1 + 2 ** -9) ** 4;
    expect(Math.abs((await product('float32')) - exact)).toBeLessThan(1e-4);
    await expect(product('float16')).rejects.toThrow(DeviceError);
    if (able) expect(Math.abs((await product('bfloat16')) - exact)).toBeGreaterThan(1e-2);
    else await expect(product('bfloat16')).rejects.toThrow(DeviceError);
  });
});
