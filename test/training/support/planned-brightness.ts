import { derive } from '../../../lib/base/random';
import { encodeTargets } from '../../../lib/base/task';
import { type BatchOptions, type ClipBatch, createClipBatch, type PlannedClip } from '../../../lib/data/clip-source';
import { addon, BrightnessSource, CLIP } from './brightness';

/** Clips that are the same in each epoch and come in another order; of some no frame can be read. */
export class PlannedBrightness extends BrightnessSource {
  override readonly clipCount: number = 18;

  constructor(private readonly unreadable: readonly number[] = []) {
    super(true);
  }

  plannedClips(epoch: number): Promise<readonly PlannedClip[]> {
    const rows = Array.from({ length: this.clipCount }, (_, i) => i);
    const clips = derive(1, 'order', epoch).shuffled(rows);
    return Promise.resolve(clips.map((i) => ({ index: Math.floor(i / 2), view: i % 2 })));
  }

  override async *batches(epoch: number, { signal, from = 0 }: BatchOptions = {}): AsyncGenerator<ClipBatch> {
    this.passes.push([epoch, from]);
    const planned = await this.plannedClips(epoch);
    for (let batch = from; batch * this.batchSize < this.clipCount; batch++) {
      signal?.throwIfAborted();
      const clips = planned
        .slice(batch * this.batchSize, (batch + 1) * this.batchSize)
        .filter(({ index }) => !this.unreadable.includes(index));
      if (clips.length > 0) yield this.of(batch, clips);
    }
  }

  private of(batch: number, planned: readonly PlannedClip[]): ClipBatch {
    const clips = addon.createTensor('float32', [planned.length, CLIP.frames, CLIP.size, CLIP.size, 3]);
    const data = clips.data() as Float32Array;
    const length = data.length / planned.length;
    planned.forEach(({ index, view }, row) => {
      const random = derive(2, 'pixels', index, view);
      for (let i = 0; i < length; i++) data[row * length + i] = (index % 2 === 1 ? 0.7 : 0.1) + 0.2 * random.float();
    });
    const targets = encodeTargets(
      planned.map(({ index }) => [index % 2]),
      2,
    );
    const weights = Float32Array.from(planned, ({ index }) => 1 + (index % 3) / 4);
    return createClipBatch({
      ...{ batch, clips, targets, weights: weights.every((weight) => weight === 1) ? undefined : weights },
      files: planned.map(({ index }) => `clip-${index}`),
      indices: planned.map(({ index }) => index),
      views: planned.map(({ view }) => view),
    });
  }
}
