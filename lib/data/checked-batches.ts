import { PIXEL_TYPES } from '../base/clip';
import { DatasetError } from '../base/errors';
import { settledWithin, untilAborted } from '../base/until-aborted';
import { batchCount, type BatchOptions, type ClipBatch, type ClipSource } from './clip-source';

/** How long a source may take to free what it decodes ahead, once nobody waits for its batches any more. */
const RELEASE_MS = 1000;

/** Rounding aside. */
const TOLERANCE = 1e-3;

/**
 * The batches of an epoch, each of them what {@link ClipSource} promises; those without clips are left out. Whoever receives one disposes of it. Throws the
 * signal's reason at once, even where the source is stuck; {@link DatasetError} for a batch of another shape, for targets and pixels that are none, and for more
 * batches than the source has.
 */
export async function* checkedBatches(
  source: ClipSource,
  epoch: number,
  options: BatchOptions = {},
): AsyncGenerator<ClipBatch, void, undefined> {
  const { signal, from = 0 } = options;
  const iterator = source.batches(epoch, options)[Symbol.asyncIterator]();
  let last = from - 1;
  try {
    for (;;) {
      const next = await untilAborted(iterator.next(), signal, (late) => {
        if (late.done !== true) late.value.dispose();
      });
      if (next.done === true) return;
      const batch = next.value;
      try {
        checkBatch(batch, source, last);
      } catch (error) {
        batch.dispose();
        throw error;
      }
      last = batch.batch;
      if (batch.indices.length === 0) batch.dispose();
      else yield batch;
    }
  } finally {
    await release(iterator, signal);
  }
}

async function release(iterator: AsyncIterator<ClipBatch>, signal: AbortSignal | undefined): Promise<void> {
  const released = iterator.return?.();
  if (released === undefined) return;
  // It may also abort while this waits.
  await untilAborted(released, signal).catch(() => settledWithin(RELEASE_MS, released));
}

function checkBatch(
  { batch, clips, targets, weights, files, indices, views }: ClipBatch,
  source: ClipSource,
  last: number,
) {
  const { clip, task, clipCount, batchSize } = source;
  const batches = batchCount(source);
  if (last === batches - 1)
    throw new DatasetError(
      `The source goes on after its ${batches} batches: it has ${clipCount} clips, ${batchSize} a batch`,
    );
  if (!Number.isInteger(batch) || batch <= last || batch >= batches)
    throw new DatasetError(
      `The source handed out batch ${batch} where one of ${last + 1} to ${batches - 1} was due: of ${clipCount} clips, ${batchSize} a batch`,
    );
  const count = indices.length;
  const expected = [count, clip.frames, clip.size, clip.size, 3];
  if (!PIXEL_TYPES.some((type) => type === clips.dtype) || clips.shape.join() !== expected.join())
    throw new DatasetError(
      `Batch ${batch} has clips ${clips.dtype} [${clips.shape.join(', ')}], not ${PIXEL_TYPES.join(' or ')} [${expected.join(', ')}]`,
    );
  for (const [name, { length }, wanted] of [
    ['files', files, count],
    ['views', views, count],
    ['targets', targets, count * task.classes.length],
    ...(weights === undefined ? [] : [['weights', weights, count] as const]),
  ] as const)
    if (length !== wanted) throw new DatasetError(`Batch ${batch} has ${length} ${name}, not ${wanted}`);
  for (const [row, file] of files.entries()) {
    checkTarget(targets, row, file, source);
    const weight = weights?.[row] ?? 1;
    if (!(weight >= 0 && weight < Infinity))
      throw new DatasetError(`The weight of ${file} is ${weight}: expected a finite number of at least 0`);
  }
  if (count > 0 && clips.dtype === 'float32')
    checkPixels(clips.copy(0, 3 * clip.size * clip.size) as Float32Array, files[0] as string);
}

function checkTarget(targets: Float32Array, row: number, file: string, { task }: ClipSource): void {
  const { length } = task.classes;
  let sum = 0;
  for (const share of targets.subarray(row * length, (row + 1) * length)) {
    if (!(share >= 0 && share <= 1 + TOLERANCE))
      throw new DatasetError(`A target of ${file} is ${share}: each is a share from 0 to 1`);
    sum += share;
  }
  if (task.kind === 'single-label' && Math.abs(sum - 1) > TOLERANCE)
    throw new DatasetError(
      `The targets of ${file} sum to ${sum}, not 1: has it a label outside the ${length} classes?`,
    );
}

/** One frame a batch tells whether they are numbers from 0 to 255, and costs nothing. */
function checkPixels(frame: Float32Array, file: string): void {
  for (const value of frame)
    if (!(value >= -TOLERANCE && value <= 1 + TOLERANCE))
      throw new DatasetError(`A pixel of ${file} is ${value}: clips are RGB from 0 to 1`);
}
