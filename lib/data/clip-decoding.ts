import type { ClipSpec } from '../base/clip';
import { untilAborted } from '../base/until-aborted';
import type { DType, NativeTensor } from '../native/tensor';
import type { ClipResult, NativeClipDecoder, VideoIndex } from '../native/video';
import type { PlannedClip } from './clip-planner';
import { type DamagedVideo, type SkippedVideo, skippedVideo } from './video/broken-videos';
import { clipFrames } from './video/sampling';
import type { VideoIndexer } from './video/video-indexer';

export type AllocateTensor = (dtype: DType, shape: number[]) => NativeTensor;

/** What clips are decoded with. */
export interface ClipTools {
  readonly clip: ClipSpec;
  readonly indexer: Pick<VideoIndexer, 'of' | 'correct'>;
  readonly decoder: NativeClipDecoder;
  readonly allocateTensor: AllocateTensor;
}

/** Clips that were decoded, each at its plan's place. Whoever receives them disposes of them. */
export interface DecodedClips {
  /** float32 [n, frames, size, size, 3], RGB in [0, 1]. */
  readonly clips: NativeTensor;
  /** [n]. */
  readonly plans: readonly PlannedClip[];
  /** [n]: fewer than a clip has where its video ends before. */
  readonly decodedFrames: readonly number[];
}

/** A clip that could not be decoded. */
export interface BrokenClip extends SkippedVideo {
  /** Its plan's. */
  readonly index: number;
}

/** What became of the clips of one batch. */
export interface Decoding {
  /** Absent where every clip of it was broken. */
  readonly decoded?: DecodedClips;
  readonly broken: readonly BrokenClip[];
  readonly damaged: readonly DamagedVideo[];
}

/** A clip on its way: what is known of its video, and which of its frames are asked for. */
interface Clip {
  readonly plan: PlannedClip;
  readonly table: Uint8Array;
  frameCount: number;
  frames: readonly number[];
  result?: ClipResult;
}

/** A second look at a video's end may find it earlier still; a third finds nothing new. */
const MOST_LOOKS = 3;

/** Decodes the clips of one batch. Broken ones are left out: the batch has a row for each good clip only. */
export async function decodeClips(
  plans: readonly PlannedClip[],
  tools: ClipTools,
  signal?: AbortSignal,
): Promise<Decoding> {
  const { clip: spec, indexer, allocateTensor } = tools;
  const indexed = await untilAborted(Promise.all(plans.map(({ path }) => indexer.of(path))), signal);
  const broken: BrokenClip[] = [];
  const clips: Clip[] = [];
  for (const [i, plan] of plans.entries()) {
    const found = indexed[i];
    if (found?.ok === true) clips.push(clipOf(plan, found.index, spec));
    else broken.push(brokenClip(plan, found?.error));
  }
  if (clips.length === 0) return { broken, damaged: [] };
  const tensor = allocateTensor('float32', [clips.length, spec.frames, spec.size, spec.size, 3]);
  try {
    await decodeInto(tensor, clips, tools, signal);
    const good: number[] = [];
    for (const [slot, clip] of clips.entries()) {
      const { plan } = clip;
      const reason = failure(clip);
      if (reason === undefined) good.push(slot);
      else broken.push(brokenClip(plan, reason));
    }
    const damaged = clips.flatMap(({ plan: { path }, result }) =>
      result?.ok === true && result.damagedPackets > 0 ? [{ path, packets: result.damagedPackets }] : [],
    );
    if (good.length === 0) {
      tensor.dispose();
      return { broken, damaged };
    }
    return {
      decoded: {
        clips: good.length === clips.length ? tensor : takeRows(tensor, good, allocateTensor),
        plans: good.map((slot) => (clips[slot] as Clip).plan),
        decodedFrames: good.map((slot) => decodedFrames(clips[slot]?.result)),
      },
      broken,
      damaged,
    };
  } catch (error) {
    tensor.dispose();
    throw error;
  }
}

/**
 * Fills a slot for each clip. Where decoding meets another end of a video than its index has, the index is corrected, and the clip taken again from a start
 * that exists.
 */
async function decodeInto(
  tensor: NativeTensor,
  clips: readonly Clip[],
  { clip: spec, indexer, decoder }: ClipTools,
  signal: AbortSignal | undefined,
): Promise<void> {
  let due = [...clips.entries()];
  for (let look = 1; due.length > 0; look++) {
    // A decoder that was aborted would take new work.
    signal?.throwIfAborted();
    const requests = due.map(([slot, { plan, frames, table }]) => ({ path: plan.path, frames, slot, table }));
    const results = await decoder.decode(requests, tensor);
    due.forEach(([, clip], i) => (clip.result = results[i] as ClipResult));
    const again: typeof due = [];
    for (const [slot, clip] of due) {
      const endsAt = clip.result?.ok === true ? clip.result.endsAt : undefined;
      if (endsAt === undefined || endsAt === 0 || endsAt === clip.frameCount) continue;
      await indexer.correct(clip.plan.path, endsAt);
      clip.frameCount = endsAt;
      const frames = clipFrames(clip, spec, clip.plan.position);
      if (frames.every((frame, i) => frame === clip.frames[i])) continue;
      clip.frames = frames;
      if (look < MOST_LOOKS) again.push([slot, clip]);
    }
    due = again;
  }
}

function clipOf(plan: PlannedClip, index: VideoIndex, spec: ClipSpec): Clip {
  const { table, frameCount } = index;
  return { plan, table, frameCount, frames: clipFrames(index, spec, plan.position) };
}

function brokenClip({ path, index }: PlannedClip, reason = 'not indexed'): BrokenClip {
  return { ...skippedVideo(path, reason), index };
}

function failure({ plan: { position }, frameCount, result }: Clip): string | undefined {
  if (result === undefined) return 'not decoded';
  if (!result.ok) return result.error;
  if (typeof position === 'object' && position.frame >= frameCount)
    return `it has ${frameCount} frames: there is no frame ${position.frame} to start at`;
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
