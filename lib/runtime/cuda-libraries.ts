import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { commandOutput, runpath } from './machine';

/**
 * What TensorFlow 2.21 built for CUDA 12 opens at run time. It reports one line for all when any is missing, without a
 * name. `libcuda.so.1` belongs to the driver, the others to the CUDA toolkit, cuDNN and NCCL.
 */
export const CUDA_SONAMES = [
  'libcuda.so.1',
  'libcudart.so.12',
  'libcublas.so.12',
  'libcublasLt.so.12',
  'libcufft.so.11',
  'libcusolver.so.11',
  'libcusparse.so.12',
  'libnvJitLink.so.12',
  'libcudnn.so.9',
  'libnccl.so.2',
] as const;

export interface CudaLibrary {
  soname: string;
  /** Where the loader finds it; undefined: nowhere. */
  path: string | undefined;
}

/** The file of libtensorflow_framework that this process has loaded, or undefined before the addon is loaded. */
export function loadedTensorFlowFramework(maps = readFileSync('/proc/self/maps', 'utf8')): string | undefined {
  return maps.match(/\s(\/.*\/libtensorflow_framework\.so\.\d+)$/m)?.[1];
}

/** Whether this libtensorflow was built for CUDA: those look for their libraries beside themselves. */
export function isCudaBuild(framework: string): boolean {
  return (runpath(framework) ?? []).some((folder) => folder.includes('nvidia/'));
}

/** `nvidia/NAME/lib` beside the folder of libtensorflow, where set-up unpacks the wheels of NVIDIA. */
function wheelFolders(libraryFolder: string): string[] {
  const nvidia = resolve(libraryFolder, '../nvidia');
  return existsSync(nvidia) ? readdirSync(nvidia).map((name) => join(nvidia, name, 'lib')) : [];
}

function loaderCache(): Map<string, string> {
  const output = commandOutput('/sbin/ldconfig', ['-p']) ?? '';
  // The first entry wins, as with the loader; entries of other word sizes lack "x86-64".
  const entries = [...output.matchAll(/^\s+(\S+) \(.*x86-64.*\) => (\S+)$/gm)].map(
    ([, name, path]) => [name!, path!] as const,
  );
  return new Map(entries.reverse());
}

/**
 * Finds each library of {@link CUDA_SONAMES} as the loader would for TensorFlow: in LD_LIBRARY_PATH, in the folders that
 * libtensorflow names itself, in the system's.
 * @param framework path of libtensorflow_framework; by default the one that this process has loaded
 */
export function findCudaLibraries(
  framework = loadedTensorFlowFramework(),
  libraryPath = process.env['LD_LIBRARY_PATH'] ?? '',
): CudaLibrary[] {
  const own: string[] = [];
  if (framework !== undefined) {
    const folder = dirname(framework);
    const files = [framework, join(folder, 'libtensorflow_cc.so.2')];
    own.push(...files.flatMap((file) => runpath(file) ?? []), ...wheelFolders(folder));
  }
  const folders = [...libraryPath.split(':').filter(Boolean), ...own];
  const system = loaderCache();
  return CUDA_SONAMES.map((soname) => ({
    soname,
    path: folders.map((folder) => resolve(folder, soname)).find((path) => existsSync(path)) ?? system.get(soname),
  }));
}

/** The names of {@link CUDA_SONAMES} that cannot be found; empty when TensorFlow can use a GPU as far as libraries go. */
export function missingCudaLibraries(framework = loadedTensorFlowFramework()): string[] {
  return findCudaLibraries(framework)
    .filter((library) => library.path === undefined)
    .map((library) => library.soname);
}
