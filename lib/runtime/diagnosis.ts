import { messageOf } from '../base/shown';
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { loadAddon } from '../native/addon';
import { addonFolder, commandLine, packageFolder, packageVersion } from '../native/package';
import type { DeviceInfo } from '../native/session';
import {
  commandOutput,
  programVersion,
  describeCpu,
  type CpuDescription,
  describeNvidia,
  type NvidiaDescription,
  neededLibraries,
  type NeededLibrary,
} from './machine';
import { findCudaLibraries, isCudaBuild, type CudaLibrary } from './cuda-libraries';

/** A step of scripts/setup.mjs and whether it is done. */
export interface SetupStep {
  name: string;
  done: boolean;
  detail?: string;
}

export interface LibraryDescription {
  /** Undefined: not found, or where there is a version, a part of the addon. */
  path: string | undefined;
  version: string | undefined;
}

/** Everything that `movinet doctor` knows of this machine. Versions are undefined where a thing is missing. */
export interface Diagnosis {
  versions: Record<'movinet-native' | 'node' | 'npm' | 'compiler' | 'cmake' | 'python3', string | undefined>;
  cpu: CpuDescription;
  nvidia: NvidiaDescription;
  setup: SetupStep[];
  addon: { path: string; loads: boolean; error?: string };
  tensorflow: LibraryDescription & { build: 'CPU' | 'CUDA' | undefined; devices: DeviceInfo[] };
  opencv: LibraryDescription;
  /** FFmpeg's libavformat, with the version of its own: 59 came with FFmpeg 5.0, 61 with 7.0. */
  ffmpeg: LibraryDescription;
  /** Names of libraries that the addon and libtensorflow need and the loader does not find. */
  missingLibraries: string[];
  /** Only for a CUDA build of TensorFlow. */
  cudaLibraries: CudaLibrary[];
  /** What stands in the way, one sentence each, most important first; empty: all well. */
  problems: string[];
}

function setupSteps(): SetupStep[] {
  const output = commandOutput(process.execPath, [join(packageFolder, 'scripts/setup.mjs'), 'run', '--status']);
  return output === undefined ? [] : (JSON.parse(output) as SetupStep[]);
}

/**
 * Path of the library among those that the addon needs; its version stands in the name of the file it links to. `told`: what the addon says of it, which may be
 * linked with it statically.
 */
function findLibrary(libraries: NeededLibrary[], prefix: string, told: string | undefined): LibraryDescription {
  const path = libraries.find((library) => library.name.startsWith(prefix))?.path;
  const file = path === undefined ? undefined : realpathSync(path);
  return { path: file, version: file?.match(/\.so\.(\d+\.\d+\.\d+)$/)?.[1] ?? told };
}

async function loadAndAsk() {
  const addon = loadAddon();
  using session = await addon.createSession(addon.createGraph());
  return {
    ...{ version: addon.tensorFlowVersion(), devices: await session.devices() },
    ...{ opencv: addon.openCvVersion(), ffmpeg: addon.ffmpegVersion() },
  };
}

/** What stands in the way, most important first. */
export function findProblems(diagnosis: Omit<Diagnosis, 'problems'>): string[] {
  const problems = diagnosis.missingLibraries.map((name) => `The loader does not find ${name}.`);
  const undone = diagnosis.setup.filter((step) => !step.done).map((step) => step.name);
  if (undone.length > 0) problems.push(`Not set up yet: ${undone.join(', ')}. Run \`${commandLine('setup')}\`.`);
  if (diagnosis.addon.error !== undefined && undone.length === 0) problems.push(diagnosis.addon.error);
  const { driver } = diagnosis.nvidia;
  const { build, devices } = diagnosis.tensorflow;
  if (driver !== undefined && build === 'CPU') {
    problems.push(
      `There is an NVIDIA driver, but this is the CPU build of TensorFlow. Unset MOVINET_LIBTENSORFLOW and LIBTENSORFLOW_DIR, then run \`${commandLine('setup')}\`.`,
    );
  }
  const absent = diagnosis.cudaLibraries.filter((library) => library.path === undefined);
  if (absent.length > 0) {
    problems.push(`TensorFlow cannot use a GPU without ${absent.map((library) => library.soname).join(', ')}.`);
  } else if (build === 'CUDA' && diagnosis.addon.loads && !devices.some((device) => device.type === 'GPU')) {
    problems.push('All CUDA libraries are there, but TensorFlow sees no GPU. See what nvidia-smi says.');
  }
  return problems;
}

/** Looks at the whole machine. Never throws for what is missing: that is what it reports. */
export async function diagnose(): Promise<Diagnosis> {
  const setup = setupSteps();
  const addonPath = join(addonFolder(), 'build/Release/movinet_native.node');
  const libraries = existsSync(addonPath) ? neededLibraries(addonPath) : [];
  const unpacked = setup.find((step) => step.name === 'libtensorflow' && step.done)?.detail;
  const linked = libraries.find((library) => library.name.startsWith('libtensorflow_framework.so'))?.path;
  const framework = linked ?? (unpacked === undefined ? undefined : join(unpacked, 'lib/libtensorflow_framework.so.2'));
  const cuda = framework !== undefined && existsSync(framework) && isCudaBuild(framework);

  let loaded: Awaited<ReturnType<typeof loadAndAsk>> | undefined;
  let error: string | undefined;
  try {
    loaded = await loadAndAsk();
  } catch (reason) {
    error = messageOf(reason);
  }
  const diagnosis: Omit<Diagnosis, 'problems'> = {
    versions: {
      'movinet-native': packageVersion(),
      node: process.versions.node,
      npm: programVersion('npm'),
      compiler: commandOutput(process.env['CXX'] ?? 'c++', ['--version'])?.split('\n')[0],
      cmake: programVersion('cmake'),
      python3: programVersion('python3'),
    },
    cpu: describeCpu(),
    nvidia: describeNvidia(),
    setup,
    addon: { path: addonPath, loads: loaded !== undefined, ...(error === undefined ? {} : { error }) },
    tensorflow: {
      path: framework,
      version: loaded?.version ?? unpacked?.match(/libtensorflow-(\d[^-]*)-/)?.[1],
      build: framework === undefined ? undefined : cuda ? 'CUDA' : 'CPU',
      devices: loaded?.devices ?? [],
    },
    opencv: findLibrary(libraries, 'libopencv_core.so', loaded?.opencv),
    ffmpeg: findLibrary(libraries, 'libavformat.so', loaded?.ffmpeg),
    missingLibraries: libraries.filter((library) => library.path === undefined).map((library) => library.name),
    cudaLibraries: cuda ? findCudaLibraries(framework) : [],
  };
  return { ...diagnosis, problems: findProblems(diagnosis) };
}
