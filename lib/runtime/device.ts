import { DeviceError, UsageError } from '../base/errors';
import { encodeSessionConfig, type SessionConfig } from './session-config';
import type { Addon } from '../native/addon';
import { commandLine } from '../native/package';
import { loadedTensorFlowFramework, isCudaBuild, missingCudaLibraries } from './cuda-libraries';

export interface ChosenDevice {
  /** For the sessions of the run. */
  readonly config: SessionConfig;
  /** What runs, and why, in one line. */
  readonly description: string;
}

const REQUEST = /^(auto|cpu|gpu)(?::(\d+))?$/;

/**
 * Turns `auto`, `cpu`, `gpu` or `gpu:N` into a session configuration. `auto` takes the first GPU where TensorFlow can use one. Throws
 * {@link UsageError} for another word, and {@link DeviceError} that lists the missing libraries where a GPU was asked for in vain.
 */
export async function chooseDevice(addon: Addon, request = 'auto'): Promise<ChosenDevice> {
  const match = REQUEST.exec(request);
  if (!match || (match[2] !== undefined && match[1] !== 'gpu')) {
    throw new UsageError(`Unknown device "${request}"; expected auto, cpu, gpu or gpu:N`);
  }
  const cpu = (why: string): ChosenDevice => ({ config: { cpuOnly: true }, description: `CPU (${why})` });
  if (match[1] === 'cpu') return cpu('as asked');
  const gpu = match[2] === undefined ? 0 : Number(match[2]);
  const reason = await gpuProblem(addon, gpu);
  if (reason === undefined) return { config: { gpu }, description: `GPU ${gpu}, memory grows as needed` };
  if (match[1] === 'gpu') throw new DeviceError(`No usable GPU: ${reason}; ${ADVICE}`);
  return cpu(`auto: ${reason}`);
}

const ADVICE = `${commandLine('doctor')} says more; ${commandLine('setup')} with MOVINET_LIBTENSORFLOW=gpu fetches the CUDA build`;

/** Why the GPU cannot be used; undefined where it can. */
async function gpuProblem(addon: Addon, gpu: number): Promise<string | undefined> {
  const framework = loadedTensorFlowFramework();
  if (framework === undefined || !isCudaBuild(framework)) {
    return 'this libtensorflow was built without CUDA';
  }
  const missing = missingCudaLibraries(framework);
  if (missing.length > 0) return `missing libraries: ${missing.join(', ')}`;
  using session = await addon.createSession(addon.createGraph(), encodeSessionConfig({ gpu }));
  return (await session.devices()).some(({ type }) => type === 'GPU') ? undefined : `TensorFlow sees no GPU ${gpu}`;
}
