import {
  describeCpu,
  neededLibraries,
  parseLdd,
  parseNvidiaSmi,
  parseRunpath,
  runpath,
} from '../../lib/runtime/machine';

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

describe('parseLdd', () => {
  it('tells what is found where and what is not', () => {
    const output = [
      '\tlinux-vdso.so.1 (0x00007ffd)',
      '\tlibtensorflow_cc.so.2 => not found',
      '\tlibopencv_core.so.406 => /lib/x86_64-linux-gnu/libopencv_core.so.406 (0x00007f01)',
      '\t/lib64/ld-linux-x86-64.so.2 (0x00007f02)',
    ].join('\n');
    expect(parseLdd(output)).toEqual([
      { name: 'libtensorflow_cc.so.2', path: undefined },
      { name: 'libopencv_core.so.406', path: '/lib/x86_64-linux-gnu/libopencv_core.so.406' },
    ]);
  });
});

describe('neededLibraries', () => {
  it('resolves those of a real program', () => {
    const libc = neededLibraries(process.execPath).find((library) => library.name === 'libc.so.6');
    expect(libc?.path).toMatch(/^\/.*libc\.so\.6$/);
  });

  it('is empty for a file that is no program', () => {
    expect(neededLibraries(__filename)).toEqual([]);
  });
});

describe('parseRunpath', () => {
  it('puts the folder of the file where it says $ORIGIN and names each folder once', () => {
    const output =
      ' 0x01d (RUNPATH)  Library runpath: [$ORIGIN/../nvidia/nccl/lib:/opt/x:${ORIGIN}/../nvidia/nccl/lib:]\n 0x1 (NEEDED) Shared library: [libdl.so.2]';
    expect(parseRunpath(output, '/a/lib')).toEqual(['/a/lib/../nvidia/nccl/lib', '/opt/x']);
  });

  it('is undefined for a file that is no program', () => {
    expect(runpath(__filename) ?? []).toEqual([]);
  });
});
