import { type ClipSpec, PIXEL_TYPES } from '../../base/clip';
import { UsageError } from '../../base/errors';
import type { Addon } from '../../native/addon';
import type { NativeTensor } from '../../native/tensor';
import { copyRows } from '../within-memory';

/** How many clips a tensor has. Throws {@link UsageError} where it has none, or others than these. */
export function clipCount({ dtype, shape }: NativeTensor, { frames, size }: ClipSpec): number {
  const [count = 0, ...clip] = shape;
  if (PIXEL_TYPES.some((type) => type === dtype) && count > 0 && clip.join() === [frames, size, size, 3].join())
    return count;
  throw new UsageError(
    `This predictor takes clips ${PIXEL_TYPES.join(' or ')} [1 or more, ${frames}, ${size}, ${size}, 3], got ${dtype} [${shape.join(', ')}]; ` +
      'open another one for other clips',
  );
}

/**
 * The clips of a tensor, `most` at a time: copies, made in turns of the event loop and disposed of when the next ones are asked for; the tensor itself where it has
 * no more.
 */
export async function* clipBatches(
  addon: Pick<Addon, 'createTensor'>,
  clips: NativeTensor,
  most: number,
): AsyncGenerator<NativeTensor, void, undefined> {
  const [count = 0] = clips.shape;
  if (count <= most) {
    yield clips;
    return;
  }
  for (let first = 0; first < count; first += most) {
    using part = await copyRows(addon, clips, { first, count: Math.min(most, count - first) });
    yield part;
  }
}
