import { derive } from '../../../lib/base/random';
import { encodeTargets } from '../../../lib/base/task';
import type { Weights } from '../../../lib/graph/weights';
import { categoricalCrossEntropy, losses } from '../../../lib/learning/loss';
import { optimizers, sgd } from '../../../lib/learning/optimizer';
import { seededUniform } from '../../../lib/model/classifier';
import { architectureOf } from '../../../lib/movinet/describe-movinet';
import { initialWeights } from '../../../lib/movinet/initialize';
import type { MovinetOverrides } from '../../../lib/movinet/options';
import { type Addon, loadAddon } from '../../../lib/native/addon';
import type { SessionConfig } from '../../../lib/runtime/session-config';
import { buildStepGraph, type StepGraphOptions } from '../../../lib/training/step/step-graph';
import { StepProgram, type StepProgramOptions, type TrainingInputs } from '../../../lib/training/step/step-program';

export const addon = loadAddon();
export const CLASSES = 3;
export const [FRAMES, SIZE] = [2, 16];
const FEATURES = architectureOf('t0-base', CLASSES).variant.headFilters;

export interface Given extends Partial<Omit<StepGraphOptions, 'model' | 'weights' | 'clipShape' | 'loss'>> {
  readonly overrides?: MovinetOverrides;
  readonly program?: StepProgramOptions;
  readonly session?: SessionConfig;
  readonly addon?: Addon;
}

/** A program of T0 whose head learns, unless it is said otherwise; clips of two frames of 16². */
export async function openProgram(given: Given = {}): Promise<{ program: StepProgram; weights: Weights }> {
  const { overrides = {}, program, session, addon: used = addon, ...options } = given;
  const architecture = architectureOf('t0-base', CLASSES, overrides);
  const weights = initialWeights(architecture, { uniform: seededUniform(1), reZero: 1 });
  const graph = await buildStepGraph(used, {
    ...{ model: architecture.options, weights, clipShape: { frames: FRAMES, size: SIZE } },
    ...{ loss: losses.build(categoricalCrossEntropy()), optimizer: optimizers.build(sgd({ learningRate: 0.5 })) },
    ...{ trainable: (stage: string) => stage === 'classifier_head', seed: 5, ...options },
  });
  return { program: await StepProgram.open(used, graph, weights, session, program), weights };
}

/** Rows of a batch by numbers, which are all that they follow from; their classes go round. */
export function batchOf(
  rows: readonly number[],
  kind: TrainingInputs['kind'] = 'features',
  weights?: readonly number[],
): TrainingInputs & Disposable {
  const shape = kind === 'features' ? [FEATURES] : [FRAMES, SIZE, SIZE, 3];
  const inputs = addon.createTensor('float32', [rows.length, ...shape]);
  const data = inputs.data() as Float32Array;
  const length = data.length / rows.length;
  rows.forEach((row, i) => {
    const random = derive(9, 'row', row);
    for (let k = 0; k < length; k++) data[i * length + k] = random.float();
  });
  return {
    ...{ inputs, kind },
    targets: encodeTargets(
      rows.map((row) => [row % CLASSES]),
      CLASSES,
    ),
    ...(weights && { weights: Float32Array.from(weights) }),
    [Symbol.dispose]: () => inputs.dispose(),
  };
}

/** Trains on batches of these rows, one after the other. */
export async function trainOn(program: StepProgram, batches: readonly (readonly number[])[]): Promise<void> {
  for (const rows of batches) {
    using batch = batchOf(rows);
    await program.trainBatch(batch);
  }
}

/** The largest difference of two sets of the same variables. */
export function largestDifference(a: Weights, b: Weights): number {
  expect([...a.paths()].sort()).toEqual([...b.paths()].sort());
  const of = (path: string): number => {
    const [left, right] = [a.array(path).data, b.array(path).data];
    return left.reduce((most, value, i) => Math.max(most, Math.abs(value - (right[i] as number))), 0);
  };
  return Math.max(...a.paths().map(of));
}

/** Whether two sets of the same variables are equal to the last bit. */
export function sameBits(a: Weights, b: Weights): boolean {
  const bytes = ({ data }: { data: Float32Array }): Buffer =>
    Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  expect([...a.paths()].sort()).toEqual([...b.paths()].sort());
  return a.paths().every((path) => bytes(a.array(path)).equals(bytes(b.array(path))));
}

/** The addon, with sessions whose runs over a batch fail where `failure` has an error for so many rows. */
export function failingRuns(failure: (rows: number) => Error | undefined): Addon {
  const isBatch = ([, ...row]: readonly number[]): boolean =>
    row.join() === String(FEATURES) || row.join() === [FRAMES, SIZE, SIZE, 3].join();
  return {
    ...addon,
    createSession: async (graph, config) => {
      const session = await addon.createSession(graph, config);
      return {
        prepare: (...names) => session.prepare(...names),
        run: async (plan, feeds, options) => {
          const shape = feeds[0]?.shape ?? [];
          const error = isBatch(shape) ? failure(shape[0] as number) : undefined;
          if (error !== undefined) throw error;
          return session.run(plan, feeds, options);
        },
        trace: (...args) => session.trace(...args),
        devices: () => session.devices(),
        close: () => session.close(),
        [Symbol.dispose]: () => session.close(),
      };
    },
  };
}
