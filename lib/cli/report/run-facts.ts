import { release, type } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../../base/described';
import { defaultThreads } from '../../data/video/video-indexer';
import type { RunEnvironment } from '../../metrics/history/history';
import { softwareVersions } from '../../model/training-record';
import type { Addon } from '../../native/addon';
import type { ChosenDevice } from '../../runtime/device';
import { describeCpu, describeNvidia } from '../../runtime/machine';
import type { OptionRows } from '../options/option';

interface EnvironmentOptions {
  readonly device: ChosenDevice;
  /** Of the run's random choices; without it nothing is said of what repeats. */
  readonly seed?: number;
  /** Default: one for each processor. */
  readonly decodeThreads?: number | undefined;
}

/** The machine and the software that a command runs with, as its history tells them. */
export function runEnvironment(
  addon: Addon,
  { device, seed, decodeThreads = defaultThreads() }: EnvironmentOptions,
): RunEnvironment {
  const { config, description } = device;
  const { model, processors, memoryBytes } = describeCpu();
  const gpus = config.gpu === undefined ? [] : describeNvidia().gpus;
  const asked = config.intraOpThreads ?? Number(process.env['TF_NUM_INTRAOP_THREADS'] ?? 0);
  const computing = asked > 0 ? asked : processors;
  return {
    versions: {
      ...softwareVersions(addon),
      opencv: addon.openCvVersion(),
      ffmpeg: `libavformat ${addon.ffmpegVersion()}`,
    },
    system: `${type()} ${release()}, ${process.arch}`,
    processor: `${model}: ${processors} for this process, ${(memoryBytes / 2 ** 30).toFixed(1)} GiB of memory`,
    ...(gpus.length > 0 && { gpus: gpus.map(({ name, memoryMiB }) => `${name}, ${memoryMiB} MiB`) }),
    device: description,
    threads: `${computing} that compute, ${decodeThreads} that decode`,
    precision: `${config.precision ?? 'float32'}${config.xla === true ? ', compiled by XLA' : ''}`,
    ...(seed === undefined ? {} : { determinism: { seed, ...whatRepeats(config.gpu !== undefined) } }),
  };
}

/** Docs: `docs/architecture.md`, "A run is its variables and a RunState". */
function whatRepeats(onGpu: boolean): { readonly repeats: string[]; readonly varies: string[] } {
  const drawn = [
    'Which videos are trained, validated and tested on',
    'The order of the clips, where they start and what is changed at random about them, whatever the number of threads',
    'The values that learning starts from, dropout and stochastic depth',
  ];
  const speeds = 'Times and speeds';
  const elsewhere = 'On another processor, or with other versions or threads: the last digits of every number';
  if (onGpu)
    return { repeats: drawn, varies: ['The last digits of every number: a GPU sums in any order', elsewhere, speeds] };
  const numbers = 'On this machine every number to the last bit, of a run that was interrupted and went on too';
  return { repeats: [...drawn, numbers], varies: [elsewhere, speeds] };
}

/** Of a history's configuration what a command's options say and their defaults do not. */
export function changedOptions(
  rows: OptionRows,
  options: Readonly<Record<string, unknown>>,
  config: Readonly<Record<string, Json>>,
): readonly string[] {
  return Object.keys(config).filter((name) => {
    const given = options[name];
    const standard = rows[name]?.schema.safeParse(undefined);
    return given !== undefined && rows[name] !== undefined && !isDeepStrictEqual(given, standard?.data);
  });
}
