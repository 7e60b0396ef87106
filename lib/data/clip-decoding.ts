import type { ClipSpec } from '../base/clip';
import type { DType, NativeTensor } from '../native/tensor';
import type { ClipRequest, ClipResult, NativeClipDecoder } from '../native/video';
import type { PlannedClip } from './clip-planner';
import { type SkippedVideo, skippedVideo } from './video/video-probe';

export type AllocateTensor = (dtype: DType, shape: number[]) => NativeTensor;

/** Clips that were decoded, each at its plan's place. Whoever receives them disposes of them. */
export interface DecodedClips {
  /** float32 [n, frames, size, size, 3], RGB in [0, 1]. */
  readonly clips: NativeTensor;
  /** [n]. */
  readonly plans: readonly PlannedClip[];
  /** [n]: fewer than a clip has where its video ends before. */
  readonly decodedFrames: readonly number[];
}

/** What became of the clips of one batch. */
export interface Decoding {
  /** Absent where every clip of it was broken. */
  readonly decoded?: DecodedClips;
  readonly broken: readonly SkippedVideo[];
}

/** Decodes the clips of one batch. Broken ones are left out: the batch has a row for each good clip only. */
export async function decodeClips(
  clips: readonly PlannedClip[],
  { frames, frameStep, size }: ClipSpec,
  decoder: NativeClipDecoder,
  allocateTensor: AllocateTensor,
): Promise<Decoding> {
  const tensor = allocateTensor('float32', [clips.length, frames, size, size, 3]);
  try {
    const request = (clip: PlannedClip, slot: number): ClipRequest => ({
      path: clip.path,
      start: clip.start,
      step: frameStep,
      frames,
      slot,
    });
    const results = await decoder.decode(clips.map(request), tensor);
    await decodeFromFirstFrame(clips, results, (slot) =>
      decoder.decode([{ ...request(clips[slot] as PlannedClip, slot), start: 0 }], tensor),
    );
    const broken = clips.flatMap((clip, slot) => {
      const reason = failure(results[slot]);
      return reason === undefined ? [] : [skippedVideo(clip.path, reason)];
    });
    const good = clips.flatMap((_, slot) => (failure(results[slot]) === undefined ? [slot] : []));
    if (good.length === 0) {
      tensor.dispose();
      return { broken };
    }
    return {
      decoded: {
        clips: good.length === clips.length ? tensor : takeRows(tensor, good, allocateTensor),
        plans: good.map((slot) => clips[slot] as PlannedClip),
        decodedFrames: good.map((slot) => decodedFrames(results[slot])),
      },
      broken,
    };
  } catch (error) {
    tensor.dispose();
    throw error;
  }
}

/** A container may promise more frames than its stream has: a clip that starts past the stream's end is taken from the first frame. */
async function decodeFromFirstFrame(
  clips: readonly PlannedClip[],
  results: ClipResult[],
  decode: (slot: number) => Promise<ClipResult[]>,
): Promise<void> {
  for (const [slot, result] of results.entries()) {
    if (!result.ok || result.decodedFrames > 0 || clips[slot]?.start === 0) continue;
    const [again] = await decode(slot);
    if (again !== undefined) results[slot] = again;
  }
}

function failure(result: ClipResult | undefined): string | undefined {
  if (result === undefined) return 'not decoded';
  if (!result.ok) return result.error;
  return result.decodedFrames > 0 ? undefined : 'no frame could be decoded';
}

const decodedFrames = (result: ClipResult | undefined): number => (result?.ok === true ? result.decodedFrames : 0);

/** A new tensor with some rows of another, which is disposed. */
function takeRows(tensor: NativeTensor, rows: readonly number[], allocateTensor: AllocateTensor): NativeTensor {
  const taken = allocateTensor(tensor.dtype, [rows.length, ...tensor.shape.slice(1)]);
  const from = tensor.data() as Float32Array;
  const to = taken.data() as Float32Array;
  const length = to.length / rows.length;
  rows.forEach((row, i) => to.set(from.subarray(row * length, (row + 1) * length), i * length));
  tensor.dispose();
  return taken;
}
