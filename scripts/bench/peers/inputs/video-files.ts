import { join } from 'node:path';
import { derive } from '../../../../lib/base/random';
import { makeFolder } from '../../../../lib/io/folders';
import type { Addon } from '../../../../lib/native/addon';
import { PRETRAINING_MOTIONS } from '../../../../lib/sample/motions';
import { renderMotionClip } from '../../../../lib/sample/render';
import type { VideoWork } from '../children/messages';
import type { DecodingWork } from '../works';

/** Videos of one length. */
export interface VideoSet {
  readonly files: number;
  /** In each file. */
  readonly frames: number;
}

/** As UCF101's: their number of frames, size, and kind of codec. */
const VIDEOS: VideoSet = { files: 8, frames: 160 };
const [WIDTH, HEIGHT] = [320, 240];
const FRAMES_PER_SECOND = 25;
const CODEC = 'mp4v';

const CLIPS_PER_FILE = 2;
const CLIP_FRAMES = 8;
const CLIP_STEP = 5;

/** Writes the files of a decoding into a folder and tells what is read of them: the same for everybody, each time. */
export async function writeVideos(
  addon: Addon,
  work: DecodingWork,
  folder: string,
  videos: VideoSet = VIDEOS,
): Promise<VideoWork> {
  await makeFolder(folder);
  const files: string[] = [];
  const { frames } = videos;
  for (let file = 0; file < videos.files; file++) {
    const path = join(folder, `video${file}.mp4`);
    const options = { width: WIDTH, height: HEIGHT, fps: FRAMES_PER_SECOND, fourcc: CODEC };
    const writer = await addon.createVideoWriter(path, options);
    const motion = PRETRAINING_MOTIONS[file % PRETRAINING_MOTIONS.length]!;
    const square = renderMotionClip({ motion, seed: file, size: WIDTH, frames });
    for (let frame = 0; frame < frames; frame++) {
      // The upper rows of each picture.
      const start = frame * WIDTH * WIDTH * 3;
      await writer.write(square.subarray(start, start + HEIGHT * WIDTH * 3));
    }
    await writer.close();
    files.push(path);
  }
  return { files, clips: drawClips(videos), width: work.size, height: Math.round((work.size * HEIGHT) / WIDTH) };
}

/** Eight frames, every fifth, from somewhere in each file, as often as a clip is taken of it. */
function drawClips({ files, frames }: VideoSet): VideoWork['clips'] {
  const random = derive(0, 'clips');
  const starts = frames - (CLIP_FRAMES - 1) * CLIP_STEP;
  return Array.from({ length: files * CLIPS_PER_FILE }, (_, clip) => {
    const start = random.integer(starts);
    return { file: clip % files, frames: Array.from({ length: CLIP_FRAMES }, (_, i) => start + i * CLIP_STEP) };
  });
}
