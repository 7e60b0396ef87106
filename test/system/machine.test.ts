import { describeCpu } from '../../lib/system/cpu';
import { parseNvidiaSmi } from '../../lib/system/nvidia';

describe('describeCpu', () => {
  it('tells which instruction sets there are and which are lacking', () => {
    const cpu = describeCpu('model name\t: A CPU\nflags\t\t: sse4_2 avx avx2 fma avx512f avx512bw\n');
    expect(cpu.model).toBe('A CPU');
    expect(cpu.features).toEqual(['SSE4.2', 'AVX', 'AVX2', 'FMA']);
    expect(cpu.lacking).toContain('AVX-512');
  });

  it('describes this machine', () => {
    const cpu = describeCpu();
    expect(cpu.processors).toBeGreaterThan(0);
    expect(cpu.memoryBytes).toBeGreaterThan(2 ** 20);
  });
});

describe('parseNvidiaSmi', () => {
  it('lists each GPU and the driver', () => {
    const output = 'NVIDIA H100, 81559, 9.0, 550.54.15\nNVIDIA H100, 81559, 9.0, 550.54.15\n';
    const gpu = { name: 'NVIDIA H100', memoryMiB: 81559, computeCapability: '9.0' };
    expect(parseNvidiaSmi(output)).toEqual({ driver: '550.54.15', gpus: [gpu, gpu] });
  });

  it('finds nothing in what nvidia-smi says where the driver does not answer', () => {
    const failure = "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.";
    expect(parseNvidiaSmi(failure)).toEqual({ driver: undefined, gpus: [] });
  });
});
