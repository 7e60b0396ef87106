import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CUDA_SONAMES,
  findCudaLibraries,
  loadedTensorFlowFramework,
  missingCudaLibraries,
} from '../../lib/runtime/cuda-libraries';

let root: string;
let framework: string;

function touch(...parts: string[]): string {
  const path = join(root, ...parts);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, '');
  return path;
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'movinet-cuda-'));
  framework = touch('lib', 'libtensorflow_framework.so.2');
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

it('finds the wheels of NVIDIA beside the folder of libtensorflow', () => {
  const cudnn = touch('nvidia/cudnn/lib', 'libcudnn.so.9');
  const found = findCudaLibraries(framework, '').find((library) => library.soname === 'libcudnn.so.9');
  expect(found).toEqual({ soname: 'libcudnn.so.9', path: cudnn });
});

it('looks in LD_LIBRARY_PATH first, as the loader does', () => {
  touch('nvidia/cudnn/lib', 'libcudnn.so.9');
  const first = touch('own', 'libcudnn.so.9');
  const found = findCudaLibraries(framework, join(root, 'own')).find((library) => library.soname === 'libcudnn.so.9');
  expect(found?.path).toBe(first);
});

it('names what is missing, and only that', () => {
  const before = missingCudaLibraries(framework);
  for (const soname of CUDA_SONAMES) touch('nvidia/all/lib', soname);
  expect(missingCudaLibraries(framework)).toEqual([]);
  rmSync(join(root, 'nvidia/all/lib/libcufft.so.11'));
  expect(missingCudaLibraries(framework)).toEqual(before.filter((soname) => soname === 'libcufft.so.11'));
});

it('reads from the memory map which libtensorflow is loaded', () => {
  const maps = [
    '7f00-7f01 r-xp 00000000 fe:00 12 /usr/lib/libc.so.6',
    '7f02-7f03 r--p 00000000 fe:00 13 /home/a b/lib/libtensorflow_framework.so.2',
  ].join('\n');
  expect(loadedTensorFlowFramework(maps)).toBe('/home/a b/lib/libtensorflow_framework.so.2');
  expect(loadedTensorFlowFramework('')).toBeUndefined();
});
