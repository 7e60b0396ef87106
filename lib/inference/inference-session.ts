import { placeholder } from '../graph/ops';
import { openSession } from '../runtime/open-session';
import type { SessionConfig } from '../runtime/session-config';
import { buildInferenceGraph } from '../movinet/inference-graph';
import type { MovinetModel } from '../model/movinet-model';
import type { Addon } from '../native/addon';
import type { NativeSession, RunPlan } from '../native/session';
import type { NativeTensor } from '../native/tensor';
import { defaultLoss, type Loss, losses as lossKinds } from '../learning/loss';
import type { Outcome } from '../metrics/outcome';
import { runForOutcome, targetTensor, type InputKind, type Runner } from './runner';
import { WithinMemory } from './within-memory';

/** A model built from constants, every batch normalisation folded: the fastest form, for evaluation and prediction. */
export class InferenceSession implements Runner, Disposable {
  readonly frozenBackbone = true;

  private constructor(
    private readonly addon: Addon,
    private readonly classes: number,
    private readonly session: NativeSession,
    private readonly plans: Record<InputKind | 'toFeatures', RunPlan>,
    private readonly memory: WithinMemory,
  ) {}

  static async open(
    addon: Addon,
    model: MovinetModel,
    clip: { frames: number; size: number },
    options: { loss?: Loss; config?: SessionConfig; warn?: (text: string) => void } = {},
  ): Promise<InferenceSession> {
    const graph = await buildInferenceGraph(addon, model, { values: 'constants', clip });
    const { builder: g, clips, features, logits } = graph;
    const targets = placeholder(g, 'float32', [-1, model.classes.length], 'targets');
    const losses = (options.loss ?? lossKinds.build(defaultLoss(model.task.kind))).perExample(g, logits, targets);
    const session = await openSession(addon, g.graph, options.config);
    try {
      const plans = {
        clips: session.prepare([clips, targets], [logits, losses]),
        features: session.prepare([features, targets], [logits, losses]),
        toFeatures: session.prepare([clips], [features]),
      };
      const memory = new WithinMemory(addon, { what: 'Inference', warn: options.warn });
      return new InferenceSession(addon, model.classes.length, session, plans, memory);
    } catch (error) {
      session.close();
      throw error;
    }
  }

  evaluate(inputs: NativeTensor, targets?: Float32Array, kind: InputKind = 'clips'): Promise<Outcome> {
    return this.memory.outcome(inputs, targets, async (part, itsTargets) => {
      using target = targetTensor(this.addon, this.classes, part, itsTargets);
      return await runForOutcome(this.session, this.plans[kind], [part, target]);
    });
  }

  features(clips: NativeTensor): Promise<NativeTensor> {
    return this.memory.tensor(clips, async (part) => {
      const [features] = await this.session.run(this.plans.toFeatures, [part]);
      return features as NativeTensor;
    });
  }

  dispose(): void {
    this.session.close();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
