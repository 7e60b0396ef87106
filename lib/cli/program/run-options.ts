import { positiveNumber } from '../../base/ranges';
import { writeFileWhole } from '../../io/whole-file';
import type { Addon } from '../../native/addon';
import { KERNEL_KINDS } from '../../native/kernels';
import { chooseDevice, type ChosenDevice } from '../../runtime/device';
import { RunProfile } from '../../runtime/run-profile';
import { PRECISIONS } from '../../runtime/session-config';
import type { ProgressSink } from '../terminal/progress-sink';
import { flag, option, type OptionRows, type OptionsOf } from '../options/option';
import { choice, pathOption, text } from './options';

/** Where a model runs and how: options of every command that runs one. `timeout` describes what else a command's time-out is for. */
export const runOptions = (timeout = 'longest time of one run of the model', fallback = 'as long as it takes') =>
  ({
    device: deviceOption,
    ...{ precision: precisionOption, kernels: kernelsOption },
    xla: flag(
      'compile parts of the model by XLA: meant for GPUs, slower on processors; numbers differ by their rounding',
    ),
    timeout: option(positiveNumber.exactOptional(), { value: '<seconds>', help: timeout, fallback }),
    profile: pathOption(text.exactOptional(), {
      value: '<file>',
      help: 'the time of each operation in a few runs, for chrome://tracing',
    }),
  }) satisfies OptionRows;

export const deviceOption = option(text.exactOptional(), {
  value: '<device>',
  help: 'auto, cpu, gpu or gpu:N',
  fallback: 'auto',
});

/** What a model computes in. */
const precisionOption = option(choice(PRECISIONS).exactOptional(), {
  value: '<type>',
  help: 'what matrix products and convolutions are computed in: float32, bfloat16 or float16',
  fallback: 'float32',
});

/** What a model's layers are computed by. */
const kernelsOption = option(choice(KERNEL_KINDS).exactOptional(), {
  value: '<kind>',
  help: "what layers are computed by: fused, or TensorFlow's plain operations",
  fallback: 'fused on a processor that has the vectors for it, otherwise plain',
});

export type RunOptions = OptionsOf<ReturnType<typeof runOptions>>;

/** The device that was asked for, its sessions with the time-out and profile that were. */
export async function deviceFor(
  addon: Addon,
  { device, precision, kernels, xla, timeout, profile }: RunOptions,
): Promise<ChosenDevice> {
  const { config, description } = await chooseDevice(addon, device);
  return {
    description,
    config: {
      ...config,
      ...(precision === undefined ? {} : { precision }),
      ...(kernels === undefined ? {} : { kernels }),
      ...(xla && { xla }),
      ...(timeout === undefined ? {} : { timeoutSeconds: timeout }),
      ...(profile === undefined ? {} : { profile: new RunProfile() }),
    },
  };
}

/** Writes the profile that was asked for, once the model has run. */
export async function writeProfile(
  { config: { profile } }: ChosenDevice,
  options: RunOptions,
  progress: ProgressSink,
): Promise<void> {
  if (profile === undefined || options.profile === undefined) return;
  if (profile.length === 0) {
    progress.warn(`No profile in ${options.profile}: the model ran once only, and the first run is left out`);
    return;
  }
  await writeFileWhole(options.profile, profile.chromeTrace());
  progress.line(`Profile of ${profile.length} runs: ${options.profile}`);
}
