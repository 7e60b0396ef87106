import { totalmem } from 'node:os';
import type { ClipSpec, PixelType } from '../../base/clip';
import { UsageError } from '../../base/errors';
import { architectureOf } from '../../movinet/describe-movinet';
import { modelIdOf } from '../../model/open-model';
import { SAMPLE_SETTINGS } from '../../sample/settings';
import { stageFactors, stagesToTrain } from '../../training/step/stages';
import type { ProgressSink } from '../terminal/progress-sink';
import { DEFAULT_MODEL, sampleSettings, settingsFrom, type TrainedModel, TUTORIAL_SETTINGS } from './inputs';
import { checkFrozen } from './options/at-odds';
import type { TrainOptions } from './options';

const BYTES_OF: Readonly<Record<PixelType, number>> = { float32: 4, uint8: 1 };
const CHANNELS = 3;
const GIB = 2 ** 30;

/** Throws {@link UsageError} for what no data and no weights can make good: before any are looked for, let alone fetched. */
export async function checkEarly(options: TrainOptions, trained: TrainedModel | undefined): Promise<void> {
  const { sample, model, pixels = 'float32', frozenEpochs, fastDevRun, stageRates } = options;
  const { clip, batchSize, epochs, unfreeze } = settingsFrom(defaultsFor(options, trained), options);
  checkMemory(clip, { batchSize, pixels });
  if (frozenEpochs !== undefined && !fastDevRun) checkFrozen(frozenEpochs, epochs);
  const named = model === undefined || sample ? undefined : await modelIdOf(model);
  const id = trained?.description.model ?? named ?? (sample ? SAMPLE_SETTINGS.model : DEFAULT_MODEL);
  const architecture = architectureOf(id, 1);
  stagesToTrain(architecture, unfreeze);
  if (stageRates !== undefined) stageFactors(architecture, stageRates);
}

/** What is allowed, and does nothing: each a line. */
export function noteIdle({ batchNorm, unfreeze = 'head', frozenEpochs }: TrainOptions, progress: ProgressSink): void {
  if (batchNorm === 'train' && unfreeze === 'head' && frozenEpochs === undefined)
    progress.warn(
      '--batch-norm train changes nothing: the head alone learns, which has none; --unfreeze says what else does',
    );
}

function defaultsFor({ sample }: TrainOptions, trained: TrainedModel | undefined) {
  if (sample) return sampleSettings();
  return trained === undefined ? TUTORIAL_SETTINGS : { ...TUTORIAL_SETTINGS, clip: trained.description.clip };
}

/** A batch of clips must fit, and that is the least that a step takes. */
function checkMemory(
  { frames, size }: ClipSpec,
  { batchSize, pixels }: { readonly batchSize: number; readonly pixels: PixelType },
): void {
  const bytes = batchSize * frames * size * size * CHANNELS * BYTES_OF[pixels];
  const most = totalmem();
  if (bytes > most)
    throw new UsageError(
      `A batch of ${batchSize} clips of ${frames} frames of ${size}² takes ${Math.ceil(bytes / GIB)} GiB, this machine has ${Math.floor(most / GIB)}: take a smaller --batch-size, --frames or --size`,
    );
}
