import { UsageError } from '../../lib/base/errors';
import type { ModelId } from '../../lib/movinet/options';

/** A batch of clips: `batchSize` of `frames` square frames of `size` pixels. */
export interface ClipInput {
  readonly size: number;
  readonly frames: number;
  readonly batchSize: number;
}

/**
 * What of a model is timed: its frozen backbone alone; one optimizer step of a new head, from clips; the same from
 * features that were computed before.
 */
export type Work = 'BackboneForward' | 'HeadTrainingStep' | 'HeadTrainingStepOnFeatures';

export interface ModelCase {
  /** E.g. `BackboneForward/a0-base/size:224/frames:8/batch:8`. */
  readonly name: string;
  readonly work: Work;
  readonly model: ModelId;
  readonly input: ClipInput;
}

export const DEFAULT_MODELS: readonly ModelId[] = ['a0-base', 'a0-stream', 'a0-stream-relu6'];

/** The sample's size, A0's own and the tutorial's. */
export const DEFAULT_INPUTS: readonly ClipInput[] = [
  { size: 64, frames: 8, batchSize: 8 },
  { size: 64, frames: 8, batchSize: 16 },
  { size: 172, frames: 8, batchSize: 8 },
  { size: 224, frames: 8, batchSize: 8 },
];

/** Reads `SIZExFRAMESxBATCH`, e.g. `224x8x8`. Throws {@link UsageError}. */
export function parseClipInput(text: string): ClipInput {
  const match = /^([1-9]\d{0,3})x([1-9]\d{0,3})x([1-9]\d{0,3})$/.exec(text);
  if (!match) {
    throw new UsageError(`"${text}" is no input; expected SIZExFRAMESxBATCH, such as 224x8x8`);
  }
  const [size, frames, batchSize] = match.slice(1).map(Number) as [number, number, number];
  return { size, frames, batchSize };
}

function caseName(work: Work, model: ModelId, { size, frames, batchSize }: ClipInput): string {
  const parts = [work, model, `size:${size}`, `frames:${frames}`, `batch:${batchSize}`];
  // Features have the same size whatever the clips were.
  return (work === 'HeadTrainingStepOnFeatures' ? parts.filter((part) => !/^(size|frames):/.test(part)) : parts).join(
    '/',
  );
}

/** Each kind of work for each model and input, each once. */
export function modelCases(models: readonly ModelId[], inputs: readonly ClipInput[]): ModelCase[] {
  const works: Work[] = ['BackboneForward', 'HeadTrainingStep', 'HeadTrainingStepOnFeatures'];
  const cases = new Map<string, ModelCase>();
  for (const work of works) {
    for (const model of models) {
      for (const input of inputs) {
        const name = caseName(work, model, input);
        if (!cases.has(name)) cases.set(name, { name, work, model, input });
      }
    }
  }
  return [...cases.values()];
}
