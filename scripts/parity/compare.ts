import { encodeTargets } from '../../lib/base/task';
import type { SessionConfig } from '../../lib/runtime/session-config';
import { kernelsFor } from '../../lib/runtime/session-kernels';
import { describeMovinet } from '../../lib/movinet/describe-movinet';
import { referenceClip, referenceWeights } from './reference-weights';
import { gradientsError, relativeError, sampleError } from './errors';
import { goldenOptions, type GoldenFile } from './golden-file';
import { adam, optimizers } from '../../lib/learning/optimizer';
import { categoricalCrossEntropy, losses } from '../../lib/learning/loss';
import { buildStepGraph } from '../../lib/training/step/step-graph';
import { StepProgram } from '../../lib/training/step/step-program';
import type { Addon } from '../../lib/native/addon';

/** The largest relative error of each kind of number: largest difference over largest magnitude, per tensor. */
export interface ParityReport {
  case: string;
  logits: number;
  losses?: number;
  gradients?: number;
  variables?: number;
  /** Logits in inference mode after the last step. */
  logitsAfter?: number;
  /** Above this the file fails. */
  limit: number;
  passed: boolean;
}

/** Regenerates a golden file's weights and input, runs what it describes, and compares. */
export async function compareWithGolden(
  addon: Addon,
  golden: GoldenFile,
  config: SessionConfig = {},
): Promise<ParityReport> {
  const model = goldenOptions(golden);
  const full = golden.case.endsWith('-full');
  // 1.01e-3 of a ReLU6 network's gradients is TensorFlow's own difference between processors: without oneDNN, which it leaves out on those without AVX-512; 1.5e-4 with it.
  const limit = full ? 2e-3 : 1e-4;
  const [batch, frames, height, width] = golden.input_shape;
  const options = golden.optimizer;
  const build = (weights: ReturnType<typeof referenceWeights>) =>
    buildStepGraph(addon, {
      model,
      weights,
      trainable: (stage) => full || stage === 'classifier_head',
      clipShape: { frames, size: [height, width] },
      loss: losses.build(categoricalCrossEntropy()),
      optimizer: optimizers.build(
        adam(
          options
            ? {
                learningRate: options.learning_rate,
                beta1: options.beta_1,
                beta2: options.beta_2,
                epsilon: options.epsilon,
              }
            : {},
        ),
      ),
      batchNorm: 'train',
      seed: 0,
      kernels: kernelsFor(config),
    });
  const weights = referenceWeights(describeMovinet(model));
  const graph = await build(weights);
  using session = await StepProgram.open(addon, graph, weights, config);
  using clips = addon.createTensor('float32', [batch, frames, height, width, 3]);
  (clips.data() as Float32Array).set(referenceClip(golden.input_shape));
  const targets = encodeTargets(
    (golden.labels ?? new Array<number>(batch).fill(0)).map((label) => [label]),
    model.numClasses,
  );

  if (golden.steps === undefined) {
    const { logits } = await session.evaluate(clips, targets);
    const error = relativeError(logits, golden.logits ?? []);
    return { case: golden.case, logits: error, limit, passed: error <= limit };
  }

  const errors = { logits: 0, losses: 0, gradients: 0, variables: 0, logitsAfter: 0 };
  for (const step of golden.steps) {
    if (step.gradients) {
      const gradients = await session.gradients(clips, targets);
      errors.gradients = Math.max(errors.gradients, gradientsError(gradients, step.gradients));
    }
    const { logits, losses } = await session.trainBatch({ inputs: clips, kind: 'clips', targets: targets });
    const loss = losses.reduce((a, b) => a + b, 0) / losses.length;
    errors.losses = Math.max(errors.losses, relativeError([loss], [step.loss]));
    errors.logits = Math.max(errors.logits, relativeError(logits, step.logits));
  }
  const shapes = new Map(graph.architecture.parameters.map(({ path, shape }) => [path, shape]));
  const after = weights.with(await session.readVariables());
  for (const [path, sample] of Object.entries(golden.after ?? {})) {
    const array = after.has(path) ? after.get({ path, shape: shapes.get(path) ?? [] }) : undefined;
    errors.variables = Math.max(errors.variables, sampleError(array?.data, sample));
  }
  if (golden.logits_after_inference_mode) {
    const { logits } = await session.evaluate(clips, targets);
    errors.logitsAfter = relativeError(logits, golden.logits_after_inference_mode);
  }
  return { case: golden.case, ...errors, limit, passed: Object.values(errors).every((error) => error <= limit) };
}
