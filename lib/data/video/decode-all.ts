import { untilAborted } from '../../base/until-aborted';
import type { Addon } from '../../native/addon';
import type { ReadingOptions } from '../../native/video';

/** What decoding the whole of a video's main track showed. */
export interface DecodedVideo {
  readonly frames: number;
  /** Packets that did not decode. */
  readonly damagedPackets: number;
  /** When each frame is shown, in seconds as the file has it; undefined where it has no times. */
  readonly times: readonly (number | undefined)[];
}

export interface DecodeAllOptions {
  readonly addon: Pick<Addon, 'openVideo' | 'createTensor'>;
  readonly reading?: ReadingOptions;
  /** Called after each frame. */
  readonly onProgress?: (frames: number) => void;
  readonly signal?: AbortSignal;
}

/** No model sees these frames: as little work as resizing can be, yet wide enough that none becomes narrower than a pixel. */
const SIZE = 224;

/** Decodes a file from its first frame to its last. Throws {@link VideoError}; the signal's reason. */
export async function decodeAll(path: string, options: DecodeAllOptions): Promise<DecodedVideo> {
  const { addon, reading, onProgress, signal } = options;
  signal?.throwIfAborted();
  using reader = await untilAborted(addon.openVideo(path, reading), signal, (late) => late.close());
  using tensor = addon.createTensor('uint8', [1, 1, SIZE, SIZE, 3]);
  const times: (number | undefined)[] = [];
  while ((await untilAborted(reader.read(tensor, 1, 1), signal)) === 1) {
    times.push(reader.position.seconds);
    onProgress?.(times.length);
  }
  return { frames: times.length, damagedPackets: reader.position.damagedPackets, times };
}

/** Half a tick of the coarsest clock in use, Matroska's of a millisecond. */
const SAME_TIME = 0.0005;

/**
 * Which frames of an index no decoded frame has the time of, as runs of their first and last number; undefined where the times do not tell.
 *
 * @param listed the times of the index's frames, ascending.
 */
export function lostFrames(
  listed: Float64Array,
  { times, frames }: DecodedVideo,
): [first: number, last: number][] | undefined {
  if (frames === listed.length) return [];
  const known = times.filter((time) => time !== undefined);
  if (known.length < frames) return undefined;
  // A decoder may give frames that it painted over damage the time of another, out of order.
  const decoded = Float64Array.from(known).sort();
  const runs: [number, number][] = [];
  let next = 0;
  for (const [number, time] of listed.entries()) {
    const before = next;
    while (next < frames && (decoded[next] as number) < time + SAME_TIME) {
      if ((decoded[next] as number) < time - SAME_TIME) return undefined;
      next++;
    }
    if (next > before) continue;
    const run = runs.at(-1);
    if (run?.[1] === number - 1) run[1] = number;
    else runs.push([number, number]);
  }
  return next === frames ? runs : undefined;
}
