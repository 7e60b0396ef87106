import { predictedClasses } from '../../../lib/base/task';
import { UsageError } from '../../../lib/base/errors';
import { MotionClipSource, type MotionClipSourceOptions } from '../../../scripts/sample/motion-source';
import { SAMPLE_MOTIONS } from '../../../lib/sample/motions';
import type { NativeTensor } from '../../../lib/native/tensor';

const SIZE = 16;
const FRAMES = 4;
const CLIPS = SAMPLE_MOTIONS.length * 5;

/** Tensors in the heap that count how many are alive. */
class Tensors {
  alive = 0;
  made = 0;

  readonly allocate = (shape: number[]): NativeTensor => {
    const values = new Float32Array(shape.reduce((product, length) => product * length, 1));
    this.alive++;
    this.made++;
    let disposed = false;
    const dispose = (): void => {
      if (!disposed) this.alive--;
      disposed = true;
    };
    return {
      dtype: 'float32',
      shape,
      byteLength: values.byteLength,
      data: () => values,
      copy: values.slice.bind(values),
      strings: () => [],
      dispose,
      [Symbol.dispose]: dispose,
    };
  };
}

let tensors: Tensors;
beforeEach(() => {
  tensors = new Tensors();
});

function source(options: Partial<MotionClipSourceOptions> = {}): MotionClipSource {
  return new MotionClipSource({
    motions: SAMPLE_MOTIONS,
    clipsPerMotion: 5,
    size: SIZE,
    frames: FRAMES,
    batchSize: 16,
    seed: 7,
    fresh: true,
    allocateTensor: tensors.allocate,
    ...options,
  });
}

/** One epoch: for each clip its index, label, and the bytes of its pixels. */
async function epochOf(
  clips: MotionClipSource,
  epoch: number,
): Promise<{ index: number; label: number; pixels: string }[]> {
  const result = [];
  for await (const batch of clips.batches(epoch)) {
    using owned = batch;
    const values = owned.clips.data() as Float32Array;
    const length = FRAMES * SIZE * SIZE * 3;
    expect(owned.clips.shape).toEqual([owned.indices.length, FRAMES, SIZE, SIZE, 3]);
    expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
    const labels = predictedClasses(owned.targets, owned.indices.length);
    for (const [slot, index] of owned.indices.entries()) {
      const pixels = Buffer.from(values.slice(slot * length, (slot + 1) * length).buffer).toString('base64');
      result.push({ index, label: labels[slot] as number, pixels });
    }
  }
  return result;
}

describe('MotionClipSource', () => {
  it('hands out each clip once, each class as often as another, and frees what it made', async () => {
    const clips = source();
    const epoch = await epochOf(clips, 0);
    expect(epoch.map(({ index }) => index).sort((a, b) => a - b)).toEqual(
      Array.from({ length: CLIPS }, (_, index) => index),
    );
    for (const label of SAMPLE_MOTIONS.keys()) expect(epoch.filter((clip) => clip.label === label)).toHaveLength(5);
    expect(new Set(epoch.map(({ pixels }) => pixels)).size).toBe(CLIPS);
    expect(clips.clipCount).toBe(CLIPS);
    expect(clips.task.classes).toEqual(SAMPLE_MOTIONS.map(({ name }) => name));
    expect(clips.report).toEqual({
      skipped: [],
      damaged: [],
      brokenOff: [],
      short: [],
      otherRates: [],
      frameRate: undefined,
      zeroFrames: 0,
      decodedFrames: CLIPS * FRAMES,
    });
    expect(tensors).toMatchObject({ alive: 0, made: 4 });
  });

  it('repeats an epoch for the same seed, and renders other clips in another epoch or for another seed', async () => {
    const first = await epochOf(source(), 0);
    expect(await epochOf(source(), 0)).toEqual(first);
    const seen = new Set(first.map(({ pixels }) => pixels));
    for (const other of [await epochOf(source(), 1), await epochOf(source({ seed: 8 }), 0)]) {
      expect(other.filter(({ pixels }) => seen.has(pixels))).toEqual([]);
      expect(other.map(({ index }) => index)).not.toEqual(first.map(({ index }) => index));
    }
  });

  it('gives the same clips in the same order in every epoch when not fresh', async () => {
    const clips = source({ fresh: false });
    expect(clips.deterministic).toBe(true);
    expect(await epochOf(clips, 3)).toEqual(await epochOf(clips, 0));
    expect(source().deterministic).toBe(false);
  });

  it('is one batch ahead of its reader, and frees that batch when the reader leaves', async () => {
    for await (const batch of source().batches(0)) {
      expect(tensors.made).toBe(1);
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
      expect(tensors.made).toBe(2);
      batch.dispose();
      break;
    }
    expect(tensors.alive).toBe(0);
  });

  it('ends with the reason of an abort', async () => {
    const controller = new AbortController();
    const reading = async (): Promise<void> => {
      for await (const batch of source().batches(0, { signal: controller.signal })) {
        batch.dispose();
        controller.abort(new Error('enough'));
      }
    };
    await expect(reading()).rejects.toThrow('enough');
    expect(tensors.alive).toBe(0);
  });

  it('passes on a failure to allocate and frees the rest', async () => {
    const allocateTensor = (shape: number[]): NativeTensor => {
      if (tensors.made === 2) throw new Error('out of memory');
      return tensors.allocate(shape);
    };
    await expect(epochOf(source({ allocateTensor }), 0)).rejects.toThrow('out of memory');
    expect(tensors.alive).toBe(0);
  });

  it('refuses what makes no epoch', () => {
    expect(() => source({ motions: [] })).toThrow(UsageError);
    expect(() => source({ batchSize: 0 })).toThrow('batchSize');
    expect(() => source({ clipsPerMotion: 1.5 })).toThrow('clipsPerMotion');
  });
});
