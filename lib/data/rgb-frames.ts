import type { ClipSpec, PixelType } from '../base/clip';
import { UsageError } from '../base/errors';
import { Turn } from '../base/turn';
import type { NativeTensor } from '../native/tensor';
import { cropBox } from './augmentation/crop-box';
import type { AllocateTensor, BrokenClip, Decoding } from './clip-decoding';
import type { ClipPlan } from './clip-planner';
import { isTooNarrow, type PixelBox, ResizeWithPad } from './resize-with-pad';
import { skippedVideo } from './video/broken-videos';
import { type ClipCut, cutIndexed } from './video/sampling';

/** A video in memory: decoded frames, one after the other. */
export interface RgbFrames {
  /** RGB bytes of all frames, row-major [count, height, width, 3]: not to be changed until they were used. */
  readonly frames: Uint8Array;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** Frames per second. Default: unknown, which clips that are cut by time refuse. */
  readonly frameRate?: number | undefined;
  /** What messages call it. Default `frames`. */
  readonly name?: string | undefined;
}

const KEYS = ['frames', 'width', 'height', 'frameRate', 'name'];

/** The video that `given` is. Throws {@link UsageError} where it is none, or where clips of this kind cannot be cut out of it. */
export function checkRgbFrames(given: object, clip: Pick<ClipSpec, 'every'>): RgbFrames {
  for (const key of Object.keys(given)) {
    if (!KEYS.includes(key)) throw new UsageError(`Frames have no option ${key}: expected ${KEYS.join(', ')}`);
  }
  const { frames, width, height, frameRate, name } = given as Partial<Record<keyof RgbFrames, unknown>>;
  for (const [key, value] of Object.entries({ width, height })) {
    if (!Number.isSafeInteger(value) || (value as number) < 1)
      throw new UsageError(`The ${key} of frames must be an integer of at least 1, got ${String(value)}`);
  }
  if (!(frames instanceof Uint8Array)) throw new UsageError('Frames are given as a Uint8Array of RGB bytes');
  const bytes = (width as number) * (height as number) * 3;
  if (frames.length === 0 || frames.length % bytes !== 0)
    throw new UsageError(
      `Frames of ${String(width)} × ${String(height)} pixels take ${bytes} bytes each: ${frames.length} are no whole number of frames above 0`,
    );
  if (frameRate !== undefined && !(typeof frameRate === 'number' && frameRate > 0 && Number.isFinite(frameRate)))
    throw new UsageError(
      `The frameRate of frames must be above 0, got ${typeof frameRate === 'number' ? frameRate : typeof frameRate}`,
    );
  if (frameRate === undefined && 'seconds' in clip.every)
    throw new UsageError('Clips are cut by time: say the frameRate of the frames');
  if (name !== undefined && typeof name !== 'string')
    throw new UsageError(`The name of frames must be text, got ${typeof name}`);
  return given as RgbFrames;
}

/** A clip to cut out of frames. Of what its plan changes about it only a crop counts. */
export interface RgbClip {
  readonly plan: ClipPlan;
  readonly video: RgbFrames;
}

export interface RgbTools {
  readonly clip: ClipSpec;
  /** Default `float32`. */
  readonly pixels?: PixelType | undefined;
  readonly allocateTensor: AllocateTensor;
}

/** Cuts and resizes clips as the decoder does those of files with the same frames, bit for bit; in turns of the event loop. */
export async function cutRgbClips(clips: readonly RgbClip[], tools: RgbTools, signal?: AbortSignal): Promise<Decoding> {
  const { clip: spec, pixels = 'float32', allocateTensor } = tools;
  const broken: BrokenClip[] = [];
  const good: (RgbClip & { readonly cut: ClipCut })[] = [];
  for (const one of clips) {
    const cut = cutOf(one, spec);
    if (typeof cut !== 'string') good.push({ ...one, cut });
    else broken.push({ ...skippedVideo(one.plan.path, cut), index: one.plan.index, view: one.plan.view });
  }
  const rest = { broken, damaged: [], brokenOff: [] };
  if (good.length === 0) return rest;
  const tensor = allocateTensor(pixels, [good.length, spec.frames, spec.size, spec.size, 3]);
  try {
    await writeClips(tensor, good, spec, signal);
  } catch (error) {
    tensor.dispose();
    throw error;
  }
  const decoded = {
    plans: good.map(({ plan }) => plan),
    decodedFrames: good.map(({ cut }) => cut.frames.filter((frame) => frame >= 0).length),
    ownFrames: good.map(({ cut }) => cut.there),
    frameRates: good.map(({ video }) => video.frameRate ?? 0),
  };
  return { decoded: { clips: tensor, ...decoded, blended: [] }, ...rest };
}

/** A clip's frames, or why there are none. */
function cutOf({ plan, video }: RgbClip, clip: ClipSpec): ClipCut | string {
  const { width, height, frameRate = 0 } = video;
  const frameCount = video.frames.length / (width * height * 3);
  const { position, span, speed, transform } = plan;
  if (typeof position === 'object' && position.frame >= frameCount)
    return `it has ${frameCount} frames: there is no frame ${position.frame} to start at`;
  if (transform?.crop === undefined && isTooNarrow(width, height, clip.size))
    return `a frame of ${width} × ${height} is too narrow to be resized to ${clip.size} × ${clip.size}`;
  const timed = { frameCount, frameRate, variable: false, duration: frameRate > 0 ? frameCount / frameRate : 0 };
  const cut = cutIndexed(timed, () => new Float64Array(), clip, position, { span, speed });
  return cut ?? 'it has no frame rate';
}

async function writeClips(
  tensor: NativeTensor,
  clips: readonly (RgbClip & { readonly cut: ClipCut })[],
  { frames: count, size }: ClipSpec,
  signal: AbortSignal | undefined,
): Promise<void> {
  const values = tensor.data() as Float32Array | Uint8Array;
  const perFrame = size * size * 3;
  const resized = tensor.dtype === 'float32' ? undefined : new Float32Array(perFrame);
  const turn = new Turn();
  for (const [row, { plan, video, cut }] of clips.entries()) {
    const { frames, width, height } = video;
    const crop = plan.transform?.crop;
    const part = crop && pixelBox(cropBox(crop, width, height), width, height);
    const resize = new ResizeWithPad(size, width, height, part);
    const place = (i: number): number => (row * count + i) * perFrame;
    for (const [i, frame] of cut.frames.entries()) {
      signal?.throwIfAborted();
      if (frame < 0) continue;
      const before = cut.frames.indexOf(frame);
      if (before < i) values.copyWithin(place(i), place(before), place(before) + perFrame);
      else {
        const bytes = width * height * 3;
        const source = frames.subarray(frame * bytes, (frame + 1) * bytes);
        const output = values.subarray(place(i), place(i) + perFrame);
        await resize.apply(source, resized ?? (output as Float32Array), turn);
        resized?.forEach((value, at) => (output[at] = Math.round(Math.fround(255 * value))));
      }
    }
  }
}

/** Shares of a frame as whole pixels, rounded as the decoder rounds them. */
function pixelBox([x, y, w, h]: ReturnType<typeof cropBox>, width: number, height: number): PixelBox {
  const edge = (share: number, size: number): number => Math.min(Math.round(share * size), size);
  const along = (begin: number, length: number, size: number): [number, number] => {
    const first = Math.min(edge(begin, size), size - 1);
    return [first, Math.max(edge(begin + length, size) - first, 1)];
  };
  const [left, wide] = along(x, w, width);
  const [top, high] = along(y, h, height);
  return { x: left, y: top, width: wide, height: high };
}
