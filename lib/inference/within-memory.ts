import { TensorFlowError } from '../base/errors';
import { Turn } from '../base/turn';
import { warnProcess } from '../base/shown';
import type { Outcome } from '../metrics/outcome';
import type { Addon } from '../native/addon';
import type { NativeTensor } from '../native/tensor';

/** Some rows of a batch, one after the other. */
export interface BatchPart {
  readonly inputs: NativeTensor;
  /** Which row of the batch is its first. */
  readonly first: number;
  readonly count: number;
}

export interface WithinMemoryOptions {
  /** Told once what is done from now on. Default: a warning of the process. */
  readonly warn?: ((text: string) => void) | undefined;
  /** What is computed, as the warning begins: `Training`. */
  readonly what: string;
  /** What changes with it, a sentence. Default: nothing. */
  readonly consequence?: string;
}

/**
 * Computes batches whole while memory lasts, and in parts once it did not: halves of what was too much, from then on. Inference of a clip does not depend on the others of
 * its batch, so its parts give what the whole would.
 */
export class WithinMemory {
  private most = Infinity;

  constructor(
    private readonly addon: Pick<Addon, 'createTensor'>,
    private readonly options: WithinMemoryOptions,
  ) {}

  /**
   * Gives a batch to `work`, part by part in their order; a part whose memory ran out comes again in halves. Rejects as `work` does, and with a {@link TensorFlowError} where
   * one clip alone is too much.
   */
  async each(inputs: NativeTensor, work: (part: BatchPart) => Promise<void>): Promise<void> {
    const count = inputs.shape[0] ?? 0;
    let tooMany: number | undefined;
    for (let first = 0; first < count;) {
      const rows = Math.min(this.most, count - first);
      try {
        using copy = rows === count ? undefined : await copyRows(this.addon, inputs, { first, count: rows });
        await work({ inputs: copy ?? inputs, first, count: rows });
      } catch (error) {
        if (!(error instanceof TensorFlowError) || error.status !== 'RESOURCE_EXHAUSTED') throw error;
        if (rows === 1) throw tooLittleFor(this.options.what, error);
        tooMany ??= rows;
        this.most = Math.ceil(rows / 2);
        continue;
      }
      first += rows;
      if (tooMany !== undefined) this.tell(tooMany);
      tooMany = undefined;
    }
  }

  /** What `run` gives for each part, as one. */
  async outcome(
    inputs: NativeTensor,
    targets: Float32Array | undefined,
    run: (inputs: NativeTensor, targets: Float32Array | undefined) => Promise<Outcome>,
  ): Promise<Outcome> {
    const count = inputs.shape[0] ?? 0;
    const parts: Outcome[] = [];
    await this.each(inputs, async (part) => {
      parts.push(await run(part.inputs, targets && sliceRows(targets, count, part)));
    });
    return joined(parts);
  }

  /** The rows that `run` gives for each part, as one tensor; the caller disposes. */
  async tensor(inputs: NativeTensor, run: (inputs: NativeTensor) => Promise<NativeTensor>): Promise<NativeTensor> {
    const parts: NativeTensor[] = [];
    try {
      await this.each(inputs, async (part) => {
        parts.push(await run(part.inputs));
      });
      if (parts.length === 1) return parts.pop() as NativeTensor;
      const [, ...row] = parts[0]?.shape ?? [];
      const whole = this.addon.createTensor('float32', [inputs.shape[0] ?? 0, ...row]);
      let offset = 0;
      for (const part of parts) {
        const values = part.data() as Float32Array;
        (whole.data() as Float32Array).set(values, offset);
        offset += values.length;
      }
      return whole;
    } finally {
      parts.forEach((part) => part.dispose());
    }
  }

  private tell(tooMany: number): void {
    const { warn = warnProcess, what, consequence } = this.options;
    const text = `${what}: memory ran out for a batch of ${tooMany} clips; from now on ${this.most} at most are computed at a time`;
    warn(consequence === undefined ? text : `${text}. ${consequence}`);
  }
}

/** The part's rows of numbers that a batch of `count` has. */
export function sliceRows(values: Float32Array, count: number, part: Pick<BatchPart, 'first' | 'count'>): Float32Array {
  const length = values.length / count;
  return values.subarray(part.first * length, (part.first + part.count) * length);
}

/** Outcomes of the parts of a batch, in their order. */
export function joined(parts: readonly Outcome[]): Outcome {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const join = (arrays: readonly Float32Array[]): Float32Array => {
    const whole = new Float32Array(arrays.reduce((length, array) => length + array.length, 0));
    let offset = 0;
    for (const array of arrays) {
      whole.set(array, offset);
      offset += array.length;
    }
    return whole;
  };
  return { logits: join(parts.map(({ logits }) => logits)), losses: join(parts.map(({ losses }) => losses)) };
}

/** A copy of some rows of clips or features, made in turns of the event loop; the caller disposes. */
export async function copyRows(
  addon: Pick<Addon, 'createTensor'>,
  inputs: NativeTensor,
  { first, count }: Pick<BatchPart, 'first' | 'count'>,
): Promise<NativeTensor> {
  const copy = addon.createTensor(inputs.dtype, [count, ...inputs.shape.slice(1)]);
  const turn = new Turn();
  try {
    const [from, to] = [inputs.data() as Float32Array | Uint8Array, copy.data() as Float32Array | Uint8Array];
    const length = to.length / count;
    for (let row = 0; row < count; row++) {
      to.set(from.subarray((first + row) * length, (first + row + 1) * length), row * length);
      if (turn.over) await turn.next();
    }
    return copy;
  } catch (error) {
    copy.dispose();
    throw error;
  }
}

function tooLittleFor(what: string, error: TensorFlowError): TensorFlowError {
  return new TensorFlowError(
    `${what}: there is too little memory for a single clip; take smaller or shorter clips, or a smaller model (${error.message})`,
    error.status,
  );
}
