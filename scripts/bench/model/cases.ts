import { UsageError } from '../../../lib/base/errors';
import { isCausal } from '../../../lib/movinet/model-id';
import type { ModelId } from '../../../lib/movinet/options';
import type { Precision } from '../../../lib/runtime/session-config';

/** A batch of clips: `batchSize` of `frames` square frames of `size` pixels. */
export interface ClipInput {
  readonly size: number;
  readonly frames: number;
  readonly batchSize: number;
}

/**
 * What of a model is timed. `BackboneForward`: from clips to features; `Forward`: on to the logits; `StageForward`: one stage of that alone. `HeadTrainingStep`: one optimizer
 * step of a new head, from clips; `HeadTrainingStepOnFeatures`: from features that were computed before; `TrainingStep`: of all stages. `StreamFrame`: one frame after
 * another, states carried.
 */
export type Work =
  | 'BackboneForward'
  | 'Forward'
  | 'StageForward'
  | 'HeadTrainingStep'
  | 'HeadTrainingStepOnFeatures'
  | 'TrainingStep'
  | 'StreamFrame';

/** What a case's sessions are opened with; those of other settings run in another process. */
export interface Setting {
  readonly precision: Precision;
  /** Threads of the whole process; undefined: TensorFlow decides. */
  readonly threads: number | undefined;
}

export interface ModelCase {
  /** E.g. `BackboneForward/a0-base/size:224/frames:8/batch:8`. */
  readonly name: string;
  readonly work: Work;
  readonly model: ModelId;
  readonly input: ClipInput;
  readonly setting: Setting;
  /** Of `StageForward`: `stem`, `block0` … or `head`, the backbone's last part. */
  readonly stage?: string;
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

const WORKS: readonly Exclude<Work, 'StageForward'>[] = [
  ...(['BackboneForward', 'Forward', 'HeadTrainingStep'] as const),
  ...(['HeadTrainingStepOnFeatures', 'TrainingStep', 'StreamFrame'] as const),
];

/** All have those of a network of MoViNet's kind. */
const STAGES: readonly string[] = ['stem', 'block0', 'block1', 'block2', 'block3', 'block4', 'head'];

export interface CaseOptions {
  /** Default: the process's own number, of a stream's frames one. */
  readonly threads?: readonly number[] | undefined;
  /** Default: float32. */
  readonly precisions?: readonly Precision[] | undefined;
  /** Also each stage of the network alone. Default false. */
  readonly stages?: boolean;
}

/** Each kind of work for each model and input, each once. */
export function modelCases(
  models: readonly ModelId[],
  inputs: readonly ClipInput[],
  { threads, precisions = ['float32'], stages = false }: CaseOptions = {},
): ModelCase[] {
  const kinds = [
    ...WORKS.map((work) => ({ work })),
    ...(stages ? STAGES.map((stage) => ({ work: 'StageForward', stage }) as const) : []),
  ];
  const cases = new Map<string, ModelCase>();
  for (const { work, ...stage } of kinds) {
    for (const model of models.filter((id) => work !== 'StreamFrame' || isCausal(id))) {
      for (const input of inputs) {
        for (const precision of precisions) {
          for (const count of threads ?? [work === 'StreamFrame' ? 1 : undefined]) {
            const setting = { precision, threads: count };
            const name = caseName({ work, model, input, setting, ...stage }, threads !== undefined);
            if (!cases.has(name)) cases.set(name, { name, work, model, input, setting, ...stage });
          }
        }
      }
    }
  }
  return [...cases.values()];
}

/** Names leave out what makes no difference: features have one size whatever the clips were, and a stream's frames come one by one. */
function caseName({ work, model, input, setting, stage }: Omit<ModelCase, 'name'>, withThreads: boolean): string {
  const { size, frames, batchSize } = input;
  const clip = [`size:${size}`, `frames:${frames}`, `batch:${batchSize}`];
  const shape =
    work === 'HeadTrainingStepOnFeatures' ? clip.slice(2) : work === 'StreamFrame' ? clip.slice(0, 1) : clip;
  return [
    ...[work, model, ...(stage === undefined ? [] : [stage]), ...shape],
    ...(setting.precision === 'float32' ? [] : [setting.precision]),
    ...(withThreads ? [`threads:${setting.threads}`] : []),
  ].join('/');
}
