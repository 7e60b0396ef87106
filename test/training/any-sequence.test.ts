import fc from 'fast-check';
import { type BatchOptions, type ClipBatch, createClipBatch } from '../../lib/data/clip-source';
import { Weights } from '../../lib/graph/weights';
import type { Outcome } from '../../lib/metrics/outcome';
import type { NativeTensor } from '../../lib/native/tensor';
import type { Callback, Run } from '../../lib/training/callback';
import type { Snapshot } from '../../lib/training/run-state';
import { FIRST_STATE, type ProgramState } from '../../lib/training/step/program-state';
import { StepProgram, type TrainingInputs } from '../../lib/training/step/step-program';
import { Trainer } from '../../lib/training/trainer';
import { addon, BrightnessSource, CLIP, tinyModel } from './support/brightness';

jest.mock('../../lib/training/step/step-graph', () => ({
  ...jest.requireActual<object>('../../lib/training/step/step-graph'),
  buildStepGraph: () => Promise.resolve({}),
}));

const LOG = 'trained';

/** A step without TensorFlow: its one variable is the list of batches that it was trained on. */
class LoggingProgram {
  readonly frozenBackbone = false;
  readonly learningRate = 1;
  readonly secondsComputing = 0;
  private log: number[] = [];

  get step(): number {
    return this.log.length;
  }

  get state(): ProgramState {
    return { ...FIRST_STATE, pass: this.log.length };
  }

  trainBatch({ inputs }: TrainingInputs): Promise<Outcome> {
    this.log.push((inputs.data() as Float32Array)[0] as number);
    return this.evaluate(inputs);
  }

  finishStep(): Promise<void> {
    return Promise.resolve();
  }

  evaluate({ shape }: NativeTensor): Promise<Outcome> {
    const count = shape[0] as number;
    return Promise.resolve({ logits: new Float32Array(2 * count), losses: new Float32Array(count).fill(1) });
  }

  readVariables(): Promise<Weights> {
    const weights = new Weights();
    weights.set(LOG, { shape: [this.log.length], data: Float32Array.from(this.log) });
    return Promise.resolve(weights);
  }

  readAll(): Promise<Weights> {
    return this.readVariables();
  }

  restore(weights: Weights): Promise<void> {
    this.log = [...weights.array(LOG).data];
    return Promise.resolve();
  }

  has(): boolean {
    return true;
  }

  dispose(): void {
    // It holds nothing.
  }
}

/** What a batch's first pixel says of it. */
const code = (epoch: number, batch: number): number => Math.fround((epoch * 16 + batch) / 1024);

/** Batches that say which they are; of some no clip can be read, and one may be in the way. */
class NumberedSource extends BrightnessSource {
  override readonly clipCount: number;
  override readonly batchSize: number = 1;
  fault: { readonly batch: number; readonly error: Error } | undefined;

  constructor(
    readonly batchCount: number,
    private readonly unreadable: ReadonlySet<number>,
  ) {
    super(false);
    this.clipCount = batchCount;
  }

  override async *batches(epoch: number, { from = 0 }: BatchOptions = {}): AsyncGenerator<ClipBatch> {
    for (const batch of this.readable()) {
      if (batch < from) continue;
      await Promise.resolve();
      if (this.fault?.batch === batch) throw this.fault.error;
      yield numbered(epoch, batch);
    }
  }

  readable(): number[] {
    return Array.from({ length: this.batchCount }, (_, batch) => batch).filter((batch) => !this.unreadable.has(batch));
  }
}

function numbered(epoch: number, batch: number): ClipBatch {
  const data = new Float32Array(CLIP.frames * CLIP.size * CLIP.size * 3).fill(code(epoch, batch));
  const clips = {
    ...{ dtype: 'float32', shape: [1, CLIP.frames, CLIP.size, CLIP.size, 3] },
    data: () => data,
    copy: data.slice.bind(data),
    dispose: () => undefined,
  } as unknown as NativeTensor;
  const targets = Float32Array.from([1, 0]);
  return createClipBatch({ batch, clips, targets, indices: [batch], files: [`clip-${batch}`], views: [0] });
}

type Hook = 'onEpochBegin' | 'onBatchEnd' | 'onEpochEnd';
type Move =
  | { readonly kind: 'fit'; readonly options: { readonly epochs: number } | { readonly untilEpoch: number } }
  | { readonly kind: 'stop' | 'abort' | 'throw'; readonly hook: Hook; readonly call: number }
  | { readonly kind: 'source'; readonly batch: number }
  | { readonly kind: 'snapshot' }
  | { readonly kind: 'restore'; readonly which: number; readonly elsewhere: boolean };

const hook = fc.constantFrom<Hook>('onEpochBegin', 'onBatchEnd', 'onEpochEnd');
const move: fc.Arbitrary<Move> = fc.oneof(
  fc.record({ kind: fc.constant('fit' as const), options: fc.record({ epochs: fc.integer({ min: 1, max: 2 }) }) }),
  fc.record({ kind: fc.constant('fit' as const), options: fc.record({ untilEpoch: fc.integer({ min: 1, max: 6 }) }) }),
  fc.record({ kind: fc.constantFrom('stop' as const, 'abort' as const, 'throw' as const), hook, call: fc.nat(5) }),
  fc.record({ kind: fc.constant('source' as const), batch: fc.nat(4) }),
  fc.record({ kind: fc.constant('snapshot' as const) }),
  fc.record({ kind: fc.constant('restore' as const), which: fc.nat(), elsewhere: fc.boolean() }),
);

const model = tinyModel();

/** Plays moves; after each the run has to be what it says. */
class Play {
  private trainer = this.another();
  private readonly snapshots: Snapshot[] = [];
  /** What the callback does next, once. */
  private next: { readonly hook: Hook; call: number; readonly act: (run: Run | undefined) => void } | undefined;

  constructor(private readonly source: NumberedSource) {}

  async make(made: Move): Promise<void> {
    if (made.kind === 'fit') await this.trainer.fit(this.source, made.options);
    else if (made.kind === 'snapshot') this.snapshots.push(await this.trainer.snapshot());
    else if (made.kind === 'restore') await this.restore(made);
    else if (made.kind === 'source') await this.failingSource(made.batch);
    else await this.broken(made);
  }

  async check(): Promise<void> {
    const { state, variables } = await this.trainer.snapshot();
    const readable = this.source.readable();
    const planned = Array.from({ length: 40 }, (_, epoch) => readable.map((batch) => code(epoch, batch))).flat();
    // Each once, in its order, none left out.
    expect([...variables.array(LOG).data]).toEqual(planned.slice(0, state.step));
    expect(state.step).toBe(state.epoch * readable.length + readable.filter((batch) => batch < state.batch).length);
    expect(state.history.map(({ epoch, step }) => [epoch, step])).toEqual(
      Array.from({ length: state.epoch }, (_, i) => [i + 1, (i + 1) * readable.length]),
    );
    if (state.batch > 0) expect(state.meters?.clips).toBe(state.step - state.epoch * readable.length);
    const { weights } = this.trainer.model;
    expect(weights.has(LOG) ? weights.array(LOG).data.length : 0).toBe(state.step);
  }

  dispose(): void {
    this.trainer.dispose();
  }

  private another(): Trainer {
    const told = (which: Hook, run: Run | undefined): void => {
      if (this.next?.hook !== which || this.next.call-- > 0) return;
      const { act } = this.next;
      this.next = undefined;
      act(run);
    };
    const player: Callback = {
      ...{ name: 'player', critical: true },
      onEpochBegin: (_, run) => told('onEpochBegin', run),
      onBatchEnd: ({ phase }, run) => {
        if (phase === 'train') told('onBatchEnd', run);
      },
      onEpochEnd: (_, run) => told('onEpochEnd', run),
    };
    return new Trainer({ model, addon, callbacks: [player] });
  }

  private async restore({ which, elsewhere }: { which: number; elsewhere: boolean }): Promise<void> {
    const snapshot = this.snapshots[which % Math.max(1, this.snapshots.length)];
    if (snapshot === undefined) return;
    if (elsewhere) {
      this.trainer.dispose();
      this.trainer = this.another();
    }
    await this.trainer.restore(snapshot);
  }

  private async failingSource(batch: number): Promise<void> {
    const error = new Error('the source');
    this.source.fault = { batch, error };
    await this.trainer.fit(this.source, { epochs: 1 }).catch((thrown: unknown) => expect(thrown).toBe(error));
    this.source.fault = undefined;
  }

  private async broken({ kind, hook, call }: Extract<Move, { hook: Hook }>): Promise<void> {
    const controller = new AbortController();
    const error = new Error(kind);
    const act = (run: Run | undefined): void => {
      if (kind === 'stop') run?.control.stop('enough');
      else if (kind === 'abort') controller.abort(error);
      else throw error;
    };
    this.next = { hook, call, act };
    await this.trainer
      .fit(this.source, { epochs: 2, signal: controller.signal })
      .catch((thrown: unknown) => expect(thrown).toBe(error));
    this.next = undefined;
  }
}

it('whatever is done with a run, each batch of each epoch is trained once, and counted', async () => {
  const opened = jest
    .spyOn(StepProgram, 'open')
    .mockImplementation(() => Promise.resolve(new LoggingProgram() as unknown as StepProgram));
  const source = fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.uniqueArray(fc.nat(4), { maxLength: 2 }))
    .filter(([batches, unreadable]) => unreadable.filter((batch) => batch < batches).length < batches);
  await fc.assert(
    fc.asyncProperty(source, fc.array(move, { minLength: 1, maxLength: 8 }), async ([batches, unreadable], moves) => {
      const play = new Play(new NumberedSource(batches, new Set(unreadable)));
      try {
        for (const made of moves) {
          await play.make(made);
          await play.check();
        }
      } finally {
        play.dispose();
      }
    }),
    { numRuns: 150, endOnFailure: true, seed: 12 },
  );
  opened.mockRestore();
}, 120_000);
