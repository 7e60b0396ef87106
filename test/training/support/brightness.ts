import type { ClipSpec } from '../../../lib/base/clip';
import { derive } from '../../../lib/base/random';
import { encodeTargets, singleLabel } from '../../../lib/base/task';
import {
  type BatchOptions,
  type ClipBatch,
  type ClipSource,
  type ClipSourceReport,
  createClipBatch,
} from '../../../lib/data/clip-source';
import { createModel, type MovinetModel } from '../../../lib/model/movinet-model';
import { architectureOf } from '../../../lib/movinet/describe-movinet';
import { initialWeights } from '../../../lib/movinet/initialize';
import type { MovinetOverrides } from '../../../lib/movinet/options';
import { loadAddon, type Addon } from '../../../lib/native/addon';

export const addon = loadAddon();

export const CLIP: ClipSpec = { frames: 2, size: 16, every: { frames: 3 }, short: 'zero' };

const weights = initialWeights(architectureOf('a0-stream-relu6', 2), {
  uniform: (path) => {
    const random = derive(3, path);
    return () => random.float();
  },
  reZero: 1,
});

export function tinyModel(classes = ['dark', 'bright'], overrides: MovinetOverrides = {}): MovinetModel {
  const task = singleLabel(classes);
  return createModel({ id: 'a0-stream-relu6', task, clip: CLIP, overrides }, weights);
}

/** Clips whose class is their brightness; batches of 4, the last of 2. */
export class BrightnessSource implements ClipSource {
  readonly task = singleLabel(['dark', 'bright']);
  readonly clipCount: number = 10;
  readonly batchSize: number = 4;
  readonly clip: ClipSpec = CLIP;
  readonly report: ClipSourceReport = {
    ...{ skipped: [], damaged: [], brokenOff: [], short: [], otherRates: [] },
    ...{ zeroFrames: 0, frameRate: undefined, decodedFrames: 0 },
  };
  /** The epoch, and first batch, of each pass. */
  readonly passes: [epoch: number, from: number][] = [];

  constructor(readonly deterministic = true) {}

  async *batches(epoch: number, { signal, from = 0 }: BatchOptions = {}): AsyncGenerator<ClipBatch> {
    this.passes.push([epoch, from]);
    for (let begin = from * this.batchSize; begin < this.clipCount; begin += this.batchSize) {
      signal?.throwIfAborted();
      yield this.batch(epoch, begin);
    }
  }

  protected batch(epoch: number, begin: number): ClipBatch {
    const count = Math.min(this.batchSize, this.clipCount - begin);
    const indices = Array.from({ length: count }, (_, i) => begin + i);
    const clips = addon.createTensor('float32', [count, CLIP.frames, CLIP.size, CLIP.size, 3]);
    const data = clips.data() as Float32Array;
    const perClip = data.length / count;
    const random = derive(this.deterministic ? 0 : epoch, 'clips', begin);
    data.forEach((_, i) => {
      const bright = (begin + Math.floor(i / perClip)) % 2 === 1;
      data[i] = (bright ? 0.7 : 0.1) + 0.2 * random.float();
    });
    return createClipBatch({
      ...{ batch: begin / this.batchSize, clips, indices },
      targets: encodeTargets(
        indices.map((index) => [index % 2]),
        2,
      ),
      files: indices.map((index) => `clip-${index}`),
      views: indices.map(() => 0),
    });
  }
}

type LiveCounts = ReturnType<Addon['liveCounts']>;

/** Views are freed a few turns of the event loop after their tensors. */
export const expectNoMoreTensors = (before: number): Promise<void> => expectNoMore('tensors', before);

/** Sessions are closed on their threads. */
export const expectNoMoreSessions = (before: number): Promise<void> => expectNoMore('sessions', before);

async function expectNoMore(what: keyof LiveCounts, before: number): Promise<void> {
  for (let i = 0; i < 500 && addon.liveCounts()[what] > before; i++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(addon.liveCounts()[what]).toBeLessThanOrEqual(before);
}
