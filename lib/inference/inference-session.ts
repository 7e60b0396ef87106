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
  private readonly session: NativeSession;
  private readonly plans: Record<InputKind | 'toFeatures', RunPlan>;

  constructor(
    private readonly addon: Addon,
    model: MovinetModel,
    clip: { frames: number; size: number },
    options: { loss?: Loss; config?: SessionConfig } = {},
  ) {
    const { builder: g, clips, features, logits } = buildInferenceGraph(addon, model, { values: 'constants', clip });
    const labels = placeholder(g, 'int32', [-1], 'labels');
    const losses = (options.loss ?? sparseCategoricalCrossEntropy()).perExample(
      g,
      logits,
      labels,
      model.classes.length,
    );
    this.session = new addon.Session(g.graph, encodeSessionConfig(options.config));
    this.plans = {
      clips: this.session.prepare([clips, labels], [logits, losses]),
      features: this.session.prepare([features, labels], [logits, losses]),
      toFeatures: this.session.prepare([clips], [features]),
    };
  }

  async evaluate(inputs: NativeTensor, labels: Int32Array, kind: InputKind = 'clips'): Promise<Outcome> {
    using labelTensor = this.addon.createTensor('int32', [labels.length]);
    (labelTensor.data() as Int32Array).set(labels);
    const [logits, losses] = (await this.session.run(this.plans[kind], [inputs, labelTensor])) as [
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
