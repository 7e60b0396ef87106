import type { ClipSpec, PixelType } from '../base/clip';
import { untilAborted } from '../base/until-aborted';
import type { DType, NativeTensor } from '../native/tensor';
import {
  PICTURES,
  type ClipRequest,
  type ClipResult,
  type FrameTransform,
  type NativeClipDecoder,
  type VideoAddon,
  type VideoIndex,
} from '../native/video';
import { type BlendedPair, clipMix } from './augmentation/blend';
import { cropBox } from './augmentation/crop-box';
import type { ClipPlan } from './clip-planner';
import {
  type BrokenOffVideo,
  brokenOff,
  type DamagedVideo,
  type SkippedVideo,
  skippedVideo,
} from './video/broken-videos';
import { correctedIndex } from './video/corrected-index';
import { type ClipCut, cutIndexed } from './video/sampling';
import type { VideoIndexer } from './video/video-indexer';

export type AllocateTensor = (dtype: DType, shape: number[]) => NativeTensor;

/** What clips are decoded with. */
export interface ClipTools {
  readonly clip: ClipSpec;
  /** Default `float32`. */
  readonly pixels?: PixelType | undefined;
  readonly addon: Pick<VideoAddon, 'frameTimes'>;
  readonly indexer: Pick<VideoIndexer, 'of' | 'correct'>;
  readonly decoder: NativeClipDecoder;
  readonly allocateTensor: AllocateTensor;
}

/** Clips that were decoded, each at its plan's place. Whoever receives them disposes of them. */
export interface DecodedClips {
  /** [n, frames, size, size, 3], RGB: float32 in [0, 1], or uint8. */
  readonly clips: NativeTensor;
  /** [n]. */
  readonly plans: readonly ClipPlan[];
  /** [n]: fewer than a clip has where it has zero frames. */
  readonly decodedFrames: readonly number[];
  /** [n]: frames of the clip that its video, or span, has, whatever stands in place of the others. */
  readonly ownFrames: readonly number[];
  /** [n]: of its video, frames a second on average; 0 where unknown. */
  readonly frameRates: readonly number[];
  /** The rows that were mixed with each other. */
  readonly blended: readonly BlendedPair[];
}

/** A clip that could not be decoded. It has a span where other parts of its video may be good. */
export interface BrokenClip extends SkippedVideo {
  /** Its plan's. */
  readonly index: number;
  readonly view: number;
}

/** What became of the clips of one batch. */
export interface Decoding {
  /** Absent where every clip of it was broken. */
  readonly decoded?: DecodedClips;
  readonly broken: readonly BrokenClip[];
  readonly damaged: readonly DamagedVideo[];
  readonly brokenOff: readonly BrokenOffVideo[];
}

/** A clip on its way: what is known of its video, and which of its frames are asked for. */
interface Clip {
  readonly plan: ClipPlan;
  /** Its place in the batch as planned. */
  readonly place: number;
  index: VideoIndex;
  cut: ClipCut;
  result?: ClipResult;
}

/** A second look at a video's end may find it earlier still; a third finds nothing new. */
const MOST_LOOKS = 3;

const NO_TIMES = 'it has no times, and no frame rate that would tell them';
const PICTURES_WITHOUT_TIMES = 'its pictures have no times: `pictureRate` says how many of them make a second';

/** Decodes the clips of one batch. Broken ones are left out: the batch has a row for each good clip only. */
export async function decodeClips(
  plans: readonly ClipPlan[],
  tools: ClipTools,
  signal?: AbortSignal,
): Promise<Decoding> {
  const { clip: spec, pixels = 'float32', indexer, decoder, allocateTensor } = tools;
  const indexed = await untilAborted(Promise.all(plans.map(({ path }) => indexer.of(path))), signal);
  const broken: BrokenClip[] = [];
  const clips: Clip[] = [];
  for (const [place, plan] of plans.entries()) {
    const found = indexed[place];
    if (found?.ok !== true) broken.push(brokenClip(plan, found?.error));
    else {
      const cut = cutOf(plan, found.index, tools);
      if (typeof cut === 'string') broken.push(brokenClip(plan, cut, plan.span));
      else clips.push({ plan, place, index: found.index, cut });
    }
  }
  if (clips.length === 0) return { broken, damaged: [], brokenOff: [] };
  let tensor = allocateTensor(pixels, [clips.length, spec.frames, spec.size, spec.size, 3]);
  try {
    await decodeInto(tensor, clips, tools, signal);
    const good = clips.filter((clip) => {
      const reason = failure(clip);
      if (reason !== undefined) broken.push(brokenClip(clip.plan, reason, lostSpan(clip)));
      return reason === undefined;
    });
    const found = { broken, damaged: clips.flatMap(damagedOf), brokenOff: clips.flatMap(brokenOffOf) };
    if (good.length === 0) {
      tensor.dispose();
      return found;
    }
    if (good.length < clips.length) {
      const slots = good.map((clip) => clips.indexOf(clip));
      tensor = takeRows(tensor, slots, allocateTensor);
    }
    const blended = blendedPairs(good);
    const mixes = blended.flatMap((pair) => clipMix(pair, spec.size) ?? []);
    signal?.throwIfAborted();
    if (mixes.length > 0) await decoder.mix(mixes, tensor);
    return { decoded: { clips: tensor, ...factsOf(good), blended }, ...found };
  } catch (error) {
    tensor.dispose();
    throw error;
  }
}

function factsOf(clips: readonly Clip[]): Omit<DecodedClips, 'clips' | 'blended'> {
  return {
    plans: clips.map(({ plan }) => plan),
    decodedFrames: clips.map(({ result }) => (result?.ok === true ? result.decodedFrames : 0)),
    ownFrames: clips.map(({ cut }) => cut.there),
    frameRates: clips.map(({ index }) => (index.averageFrameRate > 0 ? index.averageFrameRate : index.frameRate)),
  };
}

function damagedOf({ plan: { path }, result }: Clip): DamagedVideo[] {
  return result?.ok === true && result.damagedPackets > 0 ? [{ path, packets: result.damagedPackets }] : [];
}

function brokenOffOf({ plan: { path }, index }: Clip): BrokenOffVideo[] {
  const ending = brokenOff(path, index);
  return ending === undefined ? [] : [ending];
}

/**
 * Fills a slot for each clip. Where decoding meets another end of a video than its index has, the index is corrected, and all clips of the video are taken again
 * as it cuts them: those that did not meet the end, too, as the next pass will have them.
 */
async function decodeInto(
  tensor: NativeTensor,
  clips: readonly Clip[],
  tools: ClipTools,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { indexer, decoder } = tools;
  let due = [...clips.entries()];
  for (let look = 1; due.length > 0; look++) {
    // A decoder that was aborted would take new work.
    signal?.throwIfAborted();
    const results = await decoder.decode(
      due.map(([slot, clip]) => requestOf(clip, slot)),
      tensor,
    );
    due.forEach(([, clip], i) => (clip.result = results[i] as ClipResult));
    const ends = endsOf(due.map(([, clip]) => clip));
    for (const [path, endsAt] of ends) await indexer.correct(path, endsAt);
    const again: typeof due = [];
    for (const [slot, clip] of clips.entries()) {
      const endsAt = ends.get(clip.plan.path);
      if (endsAt === undefined) continue;
      clip.index = correctedIndex(clip.index, endsAt);
      const cut = cutOf(clip.plan, clip.index, tools);
      const before = clip.cut.frames;
      if (typeof cut === 'string') continue;
      clip.cut = cut;
      if (look < MOST_LOOKS && cut.frames.some((frame, i) => frame !== before[i])) again.push([slot, clip]);
    }
    due = again;
  }
}

/** The ends that decoding has met where the indexes have others, by video: of several the earliest. */
function endsOf(clips: readonly Clip[]): ReadonlyMap<string, number> {
  const ends = new Map<string, number>();
  for (const { plan, index, result } of clips) {
    const endsAt = result?.ok === true ? result.endsAt : undefined;
    if (endsAt === undefined || endsAt === 0 || endsAt === index.frameCount) continue;
    ends.set(plan.path, Math.min(endsAt, ends.get(plan.path) ?? Infinity));
  }
  return ends;
}

/** A clip's frames, or why there are none. */
function cutOf({ position, span, speed }: ClipPlan, index: VideoIndex, { clip, addon }: ClipTools): ClipCut | string {
  const cut = cutIndexed(index, () => addon.frameTimes(index.table), clip, position, { span, speed });
  if (cut !== undefined) return cut;
  if (index.container === PICTURES) return PICTURES_WITHOUT_TIMES;
  return `${NO_TIMES}: ${span === undefined ? 'use `frameStep`' : 'no part of it can be cut out by seconds'}`;
}

function requestOf({ plan: { path, transform }, index, cut: { frames } }: Clip, slot: number): ClipRequest {
  const request = { path, frames, slot, table: index.table };
  if (transform === undefined) return request;
  const { crop, ...rest } = transform;
  const drawn: FrameTransform = crop === undefined ? rest : { ...rest, crop: cropBox(crop, index.width, index.height) };
  return { ...request, transform: drawn };
}

/** Of the places 2k and 2k + 1 as planned those that are both there. */
function blendedPairs(rows: readonly Clip[]): BlendedPair[] {
  return rows.flatMap(({ place, plan: { blend } }, first) => {
    const together = place % 2 === 0 && rows[first + 1]?.place === place + 1;
    return blend !== undefined && together ? [{ first, second: first + 1, blend }] : [];
  });
}

function brokenClip({ path, index, view }: ClipPlan, reason = 'not indexed', span?: ClipPlan['span']): BrokenClip {
  return { ...skippedVideo(path, reason), ...(span && { span }), index, view };
}

function failure(clip: Clip): string | undefined {
  const { plan, index, result } = clip;
  const { position, span = [] } = plan;
  if (result === undefined) return 'not decoded';
  if (!result.ok) return result.error;
  if (typeof position === 'object' && position.frame >= index.frameCount)
    return `it has ${index.frameCount} frames: there is no frame ${position.frame} to start at`;
  if (isPastEnd(clip))
    return `its part from ${span[0]} to ${span[1]} s lies past its end at ${Number(index.duration.toFixed(3))} s`;
  return result.decodedFrames > 0 ? undefined : 'no frame could be decoded';
}

/** The clip's span, where its video could be read. */
function lostSpan({ plan: { span }, result }: Clip): ClipPlan['span'] {
  return result?.ok === true ? span : undefined;
}

/** Whether the video has frames, but none in the clip's span. */
function isPastEnd({ plan: { span }, index: { frameCount }, cut, result }: Clip): boolean {
  return result?.ok === true && span !== undefined && cut.there === 0 && frameCount > 0;
}

/** A new tensor with some rows of another, which is disposed. */
function takeRows(tensor: NativeTensor, rows: readonly number[], allocateTensor: AllocateTensor): NativeTensor {
  const taken = allocateTensor(tensor.dtype, [rows.length, ...tensor.shape.slice(1)]);
  const from = tensor.data() as Float32Array | Uint8Array;
  const to = taken.data() as Float32Array | Uint8Array;
  const length = to.length / rows.length;
  rows.forEach((row, i) => to.set(from.subarray(row * length, (row + 1) * length), i * length));
  tensor.dispose();
  return taken;
}
