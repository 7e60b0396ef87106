import { z } from 'zod';
import { checkOptions, type OptionShape } from '../base/check-options';
import { BusyError, DisposedError, UsageError } from '../base/errors';
import { anything, integer, value } from '../base/option-kinds';
import type { TaskKind } from '../base/task';
import { ONE_AFTER_ANOTHER, openSession } from '../runtime/open-session';
import { kernelsFor } from '../runtime/session-kernels';
import type { SessionConfig } from '../runtime/session-config';
import { buildInferenceGraph } from '../movinet/inference-graph';
import { refuseToStream } from '../movinet/model-id';
import type { VariantName } from '../movinet/variants';
import { type MovinetModel, modelSchema } from '../model/movinet-model';
import { loadAddon, type Addon } from '../native/addon';
import type { Output } from '../native/graph';
import type { NativeTensor } from '../native/tensor';
import { SharedPlan } from './shared-plan';
import { ringShapes, type SavedState, type SavedStateTensor, stateShapes } from './saved-state';
import { StreamState } from './stream-state';

export interface ModelStreamOptions {
  /** Videos side by side. Default 1. */
  readonly batch?: number;
  /** Pixels: of square frames, or [height, width]. Default: the size of the model's clips. */
  readonly size?: number | readonly [height: number, width: number];
  /** Devices. For threads see {@link setProcessThreads}: single frames of small models are computed faster on one. */
  readonly session?: SessionConfig;
  /** Default: the addon of this package. */
  readonly addon?: Addon;
}

const isCount = (given: unknown): boolean => Number.isSafeInteger(given) && (given as number) > 0;

const schema = z
  .object({
    batch: integer(1),
    size: value<NonNullable<ModelStreamOptions['size']>>(
      (given) => isCount(given) || (Array.isArray(given) && given.length === 2 && given.every(isCount)),
      'must be an integer of at least 1, or two such, [height, width]',
    ),
    // What opens the session checks them.
    ...{ session: anything<SessionConfig>(), addon: anything<Addon>() },
  } satisfies OptionShape<ModelStreamOptions>)
  .partial();

/** Models of which one frame is so little work that handing parts of it to other threads costs more than it saves. */
const SMALL: readonly VariantName[] = ['t0', 'a0', 'a1', 'a2', 'a3'];

/**
 * How many threads should compute pushes of `chunk` frames; undefined for one on each processor. One frame of T0 or A0 to A3 takes less time on one thread
 * than on several, and half the processor time (A0 with ReLU6 at 172²: 0.93 ms against 1.43 ms on two cores); A4, A5 and several frames at once gain by more.
 */
export function streamThreads(variant: VariantName, chunk: number): number | undefined {
  return chunk === 1 && SMALL.includes(variant) ? 1 : undefined;
}

/**
 * A causal model that is fed a video piece by piece: after any sequence of pushes the logits are those of one clip with all of the frames,
 * and memory does not grow with their number. The state between pushes stays in native memory; `dispose()` frees it.
 */
export class ModelStream implements Disposable {
  /** Names in the order of the logits. */
  readonly classes: readonly string[];
  /** Whether a video has one of the classes or any number of them. */
  readonly kind: TaskKind;
  readonly batch: number;
  /** Height and width of a frame, in pixels. */
  readonly size: readonly [height: number, width: number];
  private disposed = false;
  private pending = 0;
  private last: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly addon: Addon,
    { classes, kind, batch, size }: Pick<ModelStream, 'classes' | 'kind' | 'batch' | 'size'>,
    private readonly plan: SharedPlan,
    private readonly seen: StreamState,
  ) {
    this.size = size;
    this.classes = classes;
    this.kind = kind;
    this.batch = batch;
  }

  /** Throws {@link UsageError}, which names the models that can stream, for a model that is not causal; and for a batch or size below 1. */
  static async open(model: MovinetModel, options: ModelStreamOptions = {}): Promise<ModelStream> {
    checkOptions('ModelStream', z.object({ model: modelSchema }), { model });
    checkOptions('ModelStream', schema, options);
    const { batch = 1, size: given = model.clip.size, session: config = {}, addon = loadAddon() } = options;
    if (!model.options.causal) refuseToStream(model.id);
    const size = typeof given === 'number' ? ([given, given] as const) : given;
    const graph = await buildInferenceGraph(addon, model, {
      values: 'constants',
      clip: { frames: -1, size },
      states: true,
      kernels: kernelsFor(config),
    });
    const session = await openSession(addon, graph.builder.graph, config);
    try {
      const plan = session.prepare(
        [
          graph.clips,
          ...[...graph.states, ...graph.rings.states].map(({ input }) => input),
          ...(graph.rings.begins === undefined ? [] : [graph.rings.begins]),
        ],
        // A network gives every state that it reads a new value.
        [graph.logits, ...graph.states.map(({ output }) => output as Output)],
      );
      const shapes = {
        tensors: stateShapes(graph.states, batch),
        rings: ringShapes(graph.rings.states, batch),
      };
      return new ModelStream(
        addon,
        { ...model.task, batch, size },
        new SharedPlan(session, plan, config.timeoutSeconds === undefined ? ONE_AFTER_ANOTHER : undefined),
        new StreamState(addon, shapes),
      );
    } catch (error) {
      session.close();
      throw error;
    }
  }

  /**
   * Another stream of as many videos that has seen nothing, over the same session: it costs no more than its state. The pushes of streams that share a
   * session take turns. Each is disposed of on its own.
   */
  sibling(): ModelStream {
    this.check();
    return new ModelStream(this.addon, this, this.plan.share(), this.seen.sibling());
  }

  /** Frames of each video seen since the beginning or the last `reset()`; after a `fade()` those that it left, and the ones since. */
  get frames(): number {
    this.check();
    return this.seen.frames;
  }

  /**
   * Shows the model the next frames, float32 [batch, any number, height, width, 3], RGB in [0, 1], and resolves to the logits of all frames so
   * far, row-major [batch, classes]. Pushes that are not awaited follow one another; the tensor belongs to the caller and must live until then. A
   * push that fails leaves the state as it was. Rejects with {@link UsageError} for frames of another shape.
   */
  push(frames: NativeTensor): Promise<Float32Array> {
    return this.inTurn(() => this.run(frames));
  }

  /** Lets TensorFlow do what it does at a first run, which takes a second or so, and leaves the state as it was. */
  warmUp(): Promise<void> {
    return this.inTurn(async () => {
      this.check();
      using frames = this.addon.createTensor('float32', [this.batch, 1, ...this.size, 3]);
      const results = await this.plan.run([frames, ...this.seen.feeds]);
      results.forEach((result) => result.dispose());
    });
  }

  /** Forgets all frames, for another video. */
  reset(): void {
    this.checkIdle('reset');
    this.seen.reset();
  }

  /**
   * What was seen so far counts as `frames` frames from now on, as if the video had been that much shorter: newer frames weigh the more in
   * the averages that the network forms over time. No effect where it counts as fewer already; 0 leaves only what the last few frames left in the network's
   * convolutions. Throws {@link UsageError} for what is no number of frames.
   */
  fade(frames: number): void {
    this.checkIdle('faded');
    this.seen.fade(frames);
  }

  /** A copy of the state, by the official names. */
  state(): Map<string, SavedStateTensor> {
    this.checkIdle('saved');
    return this.seen.save();
  }

  /** Goes on from a state that {@link state} gave, of a stream of the same model, batch and frame size. Throws {@link UsageError}. */
  restore(saved: SavedState): void {
    this.checkIdle('restored');
    this.seen.load(saved);
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.plan.dispose();
    this.seen.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Runs follow one another, as each writes behind the frames that the one before it left. */
  private inTurn<T>(run: () => Promise<T>): Promise<T> {
    this.pending += 1;
    const done = this.last.then(run).finally(() => (this.pending -= 1));
    this.last = done.catch(() => undefined);
    return done;
  }

  private async run(frames: NativeTensor): Promise<Float32Array> {
    this.check();
    this.checkFrames(frames);
    const results = await this.plan.run([frames, ...this.seen.feeds]).catch((error: unknown) => {
      // A run that was ended with its session: the stream is what the caller knows.
      this.check();
      throw error;
    });
    const [logits, ...states] = results as [NativeTensor, ...NativeTensor[]];
    using owned = logits;
    if (this.disposed) states.forEach((state) => state.dispose());
    this.check();
    this.seen.advance(states, frames.shape[1] as number);
    return (owned.data() as Float32Array).slice();
  }

  private checkFrames({ dtype, shape }: NativeTensor): void {
    const [batch, count = 0, ...frame] = shape;
    const [height, width] = this.size;
    const fits = batch === this.batch && count > 0 && frame.join() === [height, width, 3].join();
    if (fits && dtype === 'float32') return;
    throw new UsageError(
      `This stream takes frames float32 [${this.batch}, 1 or more, ${height}, ${width}, 3], got ${dtype} [${shape.join(', ')}]; ` +
        'open another stream for another batch or frame size',
    );
  }

  private check(): void {
    if (this.disposed) throw new DisposedError('The stream was disposed: open another one');
  }

  private checkIdle(done: string): void {
    this.check();
    if (this.pending > 0) throw new BusyError(`The stream cannot be ${done} during a push: await it first`);
  }
}
