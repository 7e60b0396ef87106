import { z } from 'zod';
import { count, resultOf } from './parts';

const known = z.number().nullable().describe('null: the file does not tell');

const described = {
  file: z.string().describe('as it was named'),
  frames: count.describe('that are shown'),
  exact: z.boolean().describe('whether their number is sure'),
  duration: known,
  firstTime: known,
  frameRate: known,
  averageFrameRate: known,
  variable: z.boolean(),
  width: count.describe('of a frame as it is shown, in pixels'),
  height: count,
  rotation: z.number().describe('degrees clockwise'),
  mirrored: z.boolean(),
  sampleAspectRatio: z.number(),
  keyFrames: count,
  codec: z.string(),
  container: z.string(),
  notes: z.array(z.string()),
  damagedPackets: count.exactOptional().describe('where it was decoded: packets that did not'),
  lostFrames: z
    .array(z.tuple([count, count]))
    .exactOptional()
    .describe('runs of frames that are listed and do not decode'),
  pictures: z
    .array(z.strictObject({ index: count, time: z.number().nullable(), path: z.string().nullable() }))
    .exactOptional(),
  zeroFrames: count.exactOptional().describe('of the clip, past the end of the video'),
  contactSheet: z.string().exactOptional().describe('the PNG file'),
};

const clip = z.strictObject({ view: count, details: z.string(), pictures: z.array(z.string()) });

/** A line of `video --json`. Times are in seconds, rates in frames per second. */
export const videoResult = z.union([
  resultOf(described, 'A video'),
  resultOf(
    { file: described.file, clips: z.array(clip), contactSheet: described.contactSheet },
    'The clips of a video that training or evaluation would have, with `--augment`, `--clips-per-video` or `--crops`',
  ),
]);
