import { placeholder } from '../graph/ops';
import { openSession } from '../runtime/open-session';
import type { SessionConfig } from '../runtime/session-config';
import { kernelsFor } from '../runtime/session-kernels';
import { buildInferenceGraph } from '../movinet/inference-graph';
import type { MovinetModel } from '../model/movinet-model';
import type { Addon } from '../native/addon';
import type { Output } from '../native/graph';
import type { NativeSession, RunPlan } from '../native/session';
import type { NativeTensor } from '../native/tensor';
import { defaultLoss, type Loss, losses as lossKinds } from '../learning/loss';
import type { Outcome } from '../metrics/outcome';
import { type FeedKind, feedKind, runForOutcome, targetTensor, type InputKind, type Runner } from './runner';
import { WithinMemory } from './within-memory';

/** What is computed of one kind of batch. */
interface Plans {
  readonly outcome: RunPlan;
  readonly features: RunPlan;
}

/** A model built from constants, every batch normalisation folded: the fastest form, for evaluation and prediction. */
export class InferenceSession implements Runner, Disposable {
  readonly frozenBackbone = true;

  private constructor(
    private readonly addon: Addon,
    private readonly classes: number,
    private readonly session: NativeSession,
    private readonly plans: Readonly<Record<FeedKind, Plans>>,
    private readonly memory: WithinMemory,
  ) {}

  static async open(
    addon: Addon,
    model: MovinetModel,
    clip: { frames: number; size: number },
    options: { loss?: Loss; config?: SessionConfig; warn?: (text: string) => void } = {},
  ): Promise<InferenceSession> {
    const graph = await buildInferenceGraph(addon, model, {
      ...{ values: 'constants', clip, bytes: true },
      kernels: kernelsFor(options.config),
    });
    const { builder: g, clips, features, logits } = graph;
    const targets = placeholder(g, 'float32', [-1, model.classes.length], 'targets');
    const losses = (options.loss ?? lossKinds.build(defaultLoss(model.task.kind))).perExample(g, logits, targets);
    const session = await openSession(addon, g.graph, options.config);
    try {
      const plansOf = (input: Output): Plans => ({
        outcome: session.prepare([input, targets], [logits, losses]),
        features: session.prepare([input], [features]),
      });
      const plans = { clips: plansOf(clips), bytes: plansOf(graph.bytes as Output), features: plansOf(features) };
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
      return await runForOutcome(this.session, this.plans[feedKind(part, kind)].outcome, [part, target]);
    });
  }

  features(clips: NativeTensor): Promise<NativeTensor> {
    return this.memory.tensor(clips, async (part) => {
      const [features] = await this.session.run(this.plans[feedKind(part, 'clips')].features, [part]);
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
