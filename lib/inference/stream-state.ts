import { UsageError } from '../base/errors';
import { ringSlots } from '../movinet/network/build-context';
import type { Addon } from '../native/addon';
import type { NativeTensor } from '../native/tensor';
import { checkSaved, sizeOf, type SavedState, type SavedStateTensor, type StateShape } from './saved-state';

/** The count of frames that every causal network carries. */
const FRAME_COUNT = 'state_head_pool_frame_count';

/** What a stream of some model, batch and frame size carries from push to push. */
export interface StreamStateShapes {
  /** What a push reads and gives anew. */
  readonly tensors: readonly StateShape[];
  /** Frames that a push reads, and writes its own behind: the shapes that they are saved in, [batch, frames, height, width, channels]. */
  readonly rings: readonly StateShape[];
}

type Numbers = Float32Array | Int32Array;

/** What one stream carries from push to push, in native memory. */
export class StreamState implements Disposable {
  private tensors: NativeTensor[];
  /** [batch, 2 · frames, …] each: the frames that count begin with a slot, and what a push that fails has written lies behind them. */
  private readonly rings: NativeTensor[];
  /** The slots of the oldest frames. */
  private readonly begins: NativeTensor | undefined;

  constructor(
    private readonly addon: Addon,
    private readonly shapes: StreamStateShapes,
  ) {
    const { tensors, rings } = shapes;
    this.tensors = tensors.map(({ dtype, shape }) => addon.createTensor(dtype, [...shape]));
    this.rings = rings.map(({ shape }) => addon.createTensor('float32', ringSlots(shape)));
    this.begins = rings.length > 0 ? addon.createTensor('int32', [rings.length]) : undefined;
  }

  /** Of another stream like this that has seen nothing. */
  sibling(): StreamState {
    return new StreamState(this.addon, this.shapes);
  }

  /** Frames of each video. */
  get frames(): number {
    const index = this.shapes.tensors.findIndex(({ name }) => name === FRAME_COUNT);
    return numbersOf(this.tensors[index])[0] as number;
  }

  /** What a push reads, in the order of the shapes. */
  get feeds(): NativeTensor[] {
    return [...this.tensors, ...this.rings, ...(this.begins ? [this.begins] : [])];
  }

  /** Takes what a push of so many frames gave. */
  advance(tensors: NativeTensor[], frames: number): void {
    this.tensors.forEach((tensor) => tensor.dispose());
    this.tensors = tensors;
    this.shapes.rings.forEach((ring, index) => {
      const begins = numbersOf(this.begins);
      const kept = framesOf(ring);
      begins[index] = ((begins[index] as number) + Math.min(kept, frames)) % (2 * kept);
    });
  }

  /** As of a stream that has seen nothing. */
  reset(): void {
    for (const tensor of this.feeds) numbersOf(tensor).fill(0);
  }

  /**
   * Scales the sums and counts of all averages over time such that they are of `frames` frames; those of fewer stay as they are. Positions in time count from there too, so
   * that they stay in the range that a network was trained on. Throws {@link UsageError} for what is no number of frames.
   */
  fade(frames: number): void {
    if (!Number.isSafeInteger(frames) || frames < 0)
      throw new UsageError(`A stream is faded to a number of frames, got ${frames}`);
    const { tensors: shapes } = this.shapes;
    shapes.forEach(({ name }, index) => {
      if (!name.endsWith('_frame_count')) return;
      const count = numbersOf(this.tensors[index]);
      const seen = count[0] as number;
      if (seen <= frames) return;
      count[0] = frames;
      const sums = shapes.findIndex((shape) => shape.name === name.replace(/_frame_count$/, '_buffer'));
      if (sums < 0) return;
      const values = numbersOf(this.tensors[sums]);
      const share = frames / seen;
      for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) * share;
    });
  }

  /** A copy, by the official names. */
  save(): Map<string, SavedStateTensor> {
    const { tensors, rings } = this.shapes;
    return new Map([
      ...tensors.map(({ name, dtype, shape }, index): [string, SavedStateTensor] => {
        return [name, { dtype, shape, data: numbersOf(this.tensors[index]).slice() }];
      }),
      ...rings.map((ring, index): [string, SavedStateTensor] => {
        const data = new Float32Array(sizeOf(ring.shape));
        this.eachFrame(ring, index, (slot, at) => data.set(slot, at));
        return [ring.name, { dtype: 'float32', shape: ring.shape, data }];
      }),
    ]);
  }

  /** Throws {@link UsageError} that lists what does not fit, and leaves all as it was. */
  load(saved: SavedState): void {
    const { tensors, rings } = this.shapes;
    checkSaved([...tensors, ...rings], saved);
    const dataOf = ({ name }: StateShape): Numbers => (saved.get(name) as SavedStateTensor).data;
    tensors.forEach((shape, index) => numbersOf(this.tensors[index]).set(dataOf(shape)));
    if (this.begins) numbersOf(this.begins).fill(0);
    rings.forEach((ring, index) => {
      const data = dataOf(ring);
      this.eachFrame(ring, index, (slot, at) => slot.set(data.subarray(at, at + slot.length)));
    });
  }

  /** A push under way keeps what it was given. */
  dispose(): void {
    this.feeds.forEach((tensor) => tensor.dispose());
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The memory of each frame that counts, the oldest first, and where it begins among the saved numbers. */
  private eachFrame(ring: StateShape, index: number, visit: (slot: Numbers, at: number) => void): void {
    const values = numbersOf(this.rings[index]);
    const begin = numbersOf(this.begins)[index] as number;
    const [batch = 0] = ring.shape;
    const kept = framesOf(ring);
    const length = sizeOf(ring.shape) / batch / kept;
    for (let video = 0; video < batch; video++) {
      for (let frame = 0; frame < kept; frame++) {
        const slot = video * 2 * kept + ((begin + frame) % (2 * kept));
        visit(values.subarray(slot * length, (slot + 1) * length), (video * kept + frame) * length);
      }
    }
  }
}

function numbersOf(tensor: NativeTensor | undefined): Numbers {
  return (tensor as NativeTensor).data() as Numbers;
}

function framesOf({ shape }: StateShape): number {
  return shape[1] as number;
}
