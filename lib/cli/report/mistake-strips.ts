import type { ClipSpec } from '../../base/clip';
import { singleLabel } from '../../base/task';
import { VideoClipDataset } from '../../data/video-clip-dataset';
import type { Addon } from '../../native/addon';
import type { ReadingOptions } from '../../native/video';
import { clipStrip, type ClipStrip } from '../../report/clip-strip';
import { type EvaluationResults, mistakenParts } from '../../report/results';

/** Frames of a strip, evenly spread over the clip, and their width and height in pixels. */
const FRAMES = 8;
const SIZE = 96;
const BATCH = 4;

interface StripOptions {
  readonly addon: Addon;
  /** How the clips were cut. */
  readonly clip: ClipSpec;
  readonly reading: ReadingOptions;
  readonly signal: AbortSignal;
}

/**
 * What the model saw of the clips that it was surest and wrong about: they are decoded again, small. One that cannot be read is left out, and so are all that are not there
 * yet when the signal aborts: the report does without.
 */
export async function mistakeStrips(
  results: EvaluationResults,
  { addon, clip, reading, signal }: StripOptions,
): Promise<readonly ClipStrip[]> {
  const parts = mistakenParts(results);
  const strips: ClipStrip[] = [];
  if (parts.length === 0) return strips;
  try {
    const source = new VideoClipDataset({
      ...{ addon, reading, clip: { ...clip, size: SIZE }, batchSize: BATCH },
      videos: parts.map(({ file, span }) => ({ path: file, target: [0], ...(span && { span }) })),
      task: singleLabel(['any']),
      allocateTensor: (dtype, shape) => addon.createTensor(dtype, shape),
    });
    for await (const batch of source.batches(0, { signal })) {
      using owned = batch;
      const values = owned.clips.data() as Float32Array;
      for (const [row, index] of owned.indices.entries()) {
        const part = parts[index];
        if (part === undefined) continue;
        const frames = Math.min(FRAMES, clip.frames);
        strips.push(
          await clipStrip({ ...part, pixels: pixelsOf(values, row, clip.frames, frames), size: SIZE, frames }),
        );
      }
    }
  } catch {
    // Nothing could be decoded, or nobody waits any longer.
  }
  return strips;
}

/** Bytes of frames that are evenly spread over a clip of a batch. */
function pixelsOf(values: Float32Array, row: number, clipFrames: number, frames: number): Uint8Array {
  const perFrame = SIZE * SIZE * 3;
  const pixels = new Uint8Array(frames * perFrame);
  for (let i = 0; i < frames; i++) {
    const frame = frames === 1 ? 0 : Math.round((i * (clipFrames - 1)) / (frames - 1));
    const from = (row * clipFrames + frame) * perFrame;
    for (let at = 0; at < perFrame; at++) pixels[i * perFrame + at] = Math.round(255 * (values[from + at] as number));
  }
  return pixels;
}
