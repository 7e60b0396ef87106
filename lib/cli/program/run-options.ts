import { Option, type Command } from 'commander';
import { z } from 'zod';
import { writeFileWhole } from '../../io/whole-file';
import type { Addon } from '../../native/addon';
import { chooseDevice, type ChosenDevice } from '../../runtime/device';
import { RunProfile } from '../../runtime/run-profile';
import type { ProgressSink } from '../terminal/progress-sink';
import { positiveNumber } from './options';

/** Where a model runs and how: options of every command that runs one. */
export const runOptions = {
  device: z.string().exactOptional(),
  timeout: positiveNumber.exactOptional(),
  profile: z.string().min(1, 'expected a file').exactOptional(),
};

export type RunOptions = z.output<z.ZodObject<typeof runOptions>>;

/** `timeout` describes what else a command's time-out is for. */
export function withRunOptions(
  command: Command,
  timeout = 'longest time of one run of the model (default: as long as it takes)',
): Command {
  return command
    .addOption(new Option('--device <device>', 'auto, cpu, gpu or gpu:N (default: auto)'))
    .addOption(new Option('--timeout <seconds>', timeout))
    .addOption(new Option('--profile <file>', 'the time of each operation in a few runs, for chrome://tracing'));
}

/** The device that was asked for, its sessions with the time-out and profile that were. */
export async function deviceFor(addon: Addon, { device, timeout, profile }: RunOptions): Promise<ChosenDevice> {
  const { config, description } = await chooseDevice(addon, device);
  return {
    description,
    config: {
      ...config,
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
