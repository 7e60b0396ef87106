import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { makeFolder } from '../io/folders';
import { isSystemError } from '../io/output-failure';
import { fillAndPlace, writeInto } from '../io/whole-folder';
import { z } from 'zod';
import { OutputError, UsageError } from '../base/errors';
import type { VideoAddon } from '../native/video';
import { derive } from '../base/random';
import { type FrameSampling, neededLength } from '../data/video/sampling';
import type { Motion } from './motion';
import { renderMotionClip } from './render';

/** To be raised with every change that makes a seed give other bytes: files of an older version are written anew. */
export const MOTION_DATASET_VERSION = 1;

const MANIFEST = '.manifest.json';
const FRAMES_PER_SECOND = 10;

export interface MotionDatasetOptions {
  /** The data set's own folder: `train/<class>/` and `test/<class>/` appear in it. Whatever it held before is replaced. */
  readonly root: string;
  /** Their names become folder names: small letters, digits and hyphens. */
  readonly motions: readonly Motion[];
  readonly trainClipsPerMotion: number;
  readonly testClipsPerMotion: number;
  readonly seed: number;
  /** Width and height in pixels. */
  readonly size: number;
  /** A file has exactly the frames that this sampling spans, so that every sampled clip holds the whole motion. */
  readonly sampling: FrameSampling;
  readonly createVideoWriter: VideoAddon['createVideoWriter'];
  /** Called after each file. */
  readonly onProgress?: (written: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface WrittenMotionDataset {
  readonly root: string;
  /** Files in the data set. */
  readonly files: number;
  /** Whether it was there already, complete and with the same settings. */
  readonly reused: boolean;
}

const manifestSchema = z.object({
  settings: z.record(z.string(), z.unknown()),
  files: z.array(z.object({ path: z.string(), bytes: z.number() })),
});

/**
 * Writes motion clips as Motion-JPEG AVI files, or finds that they are there. The folder appears as a whole: it is written
 * beside its place and renamed when complete. The same options give the same bytes. Throws {@link OutputError} where the
 * folder cannot be written.
 */
export async function writeMotionDataset(options: MotionDatasetOptions): Promise<WrittenMotionDataset> {
  const clips = planClips(options);
  const settings = settingsOf(options);
  if (await isComplete(options.root, settings)) return { root: options.root, files: clips.length, reused: true };

  try {
    // Whatever stands there, unless another process has put the same data set there in between.
    const mayReplace = async (): Promise<boolean> => !(await isComplete(options.root, settings));
    await fillAndPlace(options.root, mayReplace, async (folder) => {
      const files: { path: string; bytes: number }[] = [];
      for (const clip of clips) {
        options.signal?.throwIfAborted();
        const path = join(folder, clip.path);
        await makeFolder(dirname(path));
        await writeClip(path, clip, options);
        files.push({ path: clip.path, bytes: (await stat(path)).size });
        options.onProgress?.(files.length, clips.length);
      }
      await writeInto(folder, MANIFEST, `${JSON.stringify({ settings, files }, null, 1)}\n`);
    });
  } catch (error) {
    if (options.signal?.aborted === true || !isSystemError(error)) throw error;
    throw new OutputError(`Cannot write the motion clips to ${options.root}: ${error.message}`, { cause: error });
  }
  return { root: options.root, files: clips.length, reused: false };
}

interface PlannedClip {
  /** Relative to the data set's folder. */
  readonly path: string;
  readonly motion: Motion;
  readonly seed: number;
}

function planClips({ motions, trainClipsPerMotion, testClipsPerMotion, seed }: MotionDatasetOptions): PlannedClip[] {
  const parts = { train: trainClipsPerMotion, test: testClipsPerMotion };
  return Object.entries(parts).flatMap(([part, count]) => {
    if (!Number.isSafeInteger(count) || count < 1) {
      throw new UsageError(`The number of ${part} clips of each motion is an integer of at least 1, got ${count}`);
    }
    return motions.flatMap((motion) => {
      if (!/^[a-z0-9-]+$/.test(motion.name)) throw new UsageError(`"${motion.name}" is no name for a class folder`);
      return Array.from({ length: count }, (_, index) => ({
        path: `${part}/${motion.name}/${motion.name}-${String(index).padStart(4, '0')}.avi`,
        motion,
        seed: derive(seed, part, motion.name, index).integer(2 ** 32),
      }));
    });
  });
}

async function writeClip(path: string, { motion, seed }: PlannedClip, options: MotionDatasetOptions): Promise<void> {
  const { size, sampling, createVideoWriter } = options;
  const frames = renderMotionClip({ motion, seed, size, frames: neededLength(sampling) });
  const writer = await createVideoWriter(path, { width: size, height: size, fps: FRAMES_PER_SECOND, fourcc: 'MJPG' });
  try {
    await writer.write(frames);
  } finally {
    await writer.close();
  }
}

/** Everything that the files' bytes depend on, as plain JSON. */
function settingsOf(options: MotionDatasetOptions): Record<string, unknown> {
  const { motions, trainClipsPerMotion, testClipsPerMotion, seed, size, sampling } = options;
  const settings = {
    version: MOTION_DATASET_VERSION,
    motions,
    trainClipsPerMotion,
    testClipsPerMotion,
    seed,
    size,
    sampling,
  };
  return JSON.parse(JSON.stringify(settings)) as Record<string, unknown>;
}

async function isComplete(root: string, settings: Record<string, unknown>): Promise<boolean> {
  try {
    const manifest = manifestSchema.parse(JSON.parse(await readFile(join(root, MANIFEST), 'utf8')));
    if (!isDeepStrictEqual(manifest.settings, settings)) return false;
    const sizes = await Promise.all(manifest.files.map(async ({ path }) => (await stat(join(root, path))).size));
    return manifest.files.every(({ bytes }, index) => sizes[index] === bytes);
  } catch {
    // Missing, unreadable or not what this module wrote: all the same, it has to be written.
    return false;
  }
}
