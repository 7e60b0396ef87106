import { placeholder } from '../graph/ops';
import { encodeSessionConfig, type SessionConfig } from '../runtime/session-config';
import { buildInferenceGraph } from '../movinet/inference-graph';
import type { MovinetModel } from '../model/movinet-model';
import type { Addon } from '../native/addon';
import type { NativeSession, RunPlan } from '../native/session';
import type { NativeTensor } from '../native/tensor';
import { sparseCategoricalCrossEntropy, type Loss } from '../learning/loss';
import type { Outcome } from '../metrics/running-metrics';
import type { Runner, InputKind } from './runner';

/** A model built from constants, every batch normalisation folded: the fastest form, for evaluation and prediction. */
export class InferenceSession implements Runner, Disposable {
  readonly frozenBackbone = true;
  private readonly classes: number;
  private readonly session: NativeSession;
  private readonly plans: Record<InputKind | 'toFeatures', RunPlan>;

  constructor(
    private readonly addon: Addon,
    model: MovinetModel,
    clip: { frames: number; size: number },
    options: { loss?: Loss; config?: SessionConfig } = {},
  ) {
    const { builder: g, clips, features, logits } = buildInferenceGraph(addon, model, { values: 'constants', clip });
    const targets = placeholder(g, 'float32', [-1, model.classes.length], 'targets');
    const losses = (options.loss ?? sparseCategoricalCrossEntropy()).perExample(g, logits, targets);
    this.classes = model.classes.length;
    this.session = new addon.Session(g.graph, encodeSessionConfig(options.config));
    this.plans = {
      clips: this.session.prepare([clips, targets], [logits, losses]),
      features: this.session.prepare([features, targets], [logits, losses]),
      toFeatures: this.session.prepare([clips], [features]),
    };
  }

  async evaluate(
    inputs: NativeTensor,
    targets: Float32Array = new Float32Array((inputs.shape[0] ?? 0) * this.classes),
    kind: InputKind = 'clips',
  ): Promise<Outcome> {
    using targetTensor = this.addon.createTensor('float32', [targets.length / this.classes, this.classes]);
    (targetTensor.data() as Float32Array).set(targets);
    const [logits, losses] = (await this.session.run(this.plans[kind], [inputs, targetTensor])) as [
      NativeTensor,
      NativeTensor,
    ];
    using ownedLogits = logits;
    using ownedLosses = losses;
    return {
      logits: (ownedLogits.data() as Float32Array).slice(),
      losses: (ownedLosses.data() as Float32Array).slice(),
    };
  }

  async features(clips: NativeTensor): Promise<NativeTensor> {
    const [features] = await this.session.run(this.plans.toFeatures, [clips]);
    return features as NativeTensor;
  }

  dispose(): void {
    this.session.close();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
