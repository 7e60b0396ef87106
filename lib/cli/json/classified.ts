import { z } from 'zod';
import { brokenOffVideo, count, otherRate, prediction, resultOf, shortVideo } from './parts';

const file = z.string().describe('as it was named');

/** A line of `predict --json`. */
export const predictResult = z.union([
  resultOf(
    {
      file,
      predictions: z.array(prediction).describe('the likeliest first'),
      labels: z.array(z.string()).exactOptional().describe('of a multi-label model: the classes above the threshold'),
      damagedPackets: count.exactOptional().describe('that did not decode and were read over'),
      short: z.strictObject(shortVideo).exactOptional().describe('where it is shorter than a clip'),
      brokenOff: z.strictObject(brokenOffVideo).exactOptional().describe('where it breaks off'),
      otherRate: z
        .strictObject(otherRate)
        .exactOptional()
        .describe('where motions look faster or slower than in training'),
    },
    'A file that was classified',
  ),
  resultOf(
    { file, error: z.strictObject({ code: z.string().regex(/^ERR_/), message: z.string() }) },
    'A file that could not be classified; the others go on, and the exit status is 1',
  ),
]);

const milliseconds = z.number().nonnegative().nullable();
const status = {
  lastFrame: count.describe('the number in the video of the frame that was seen last, from 0'),
  seconds: z.number().nullable().describe('when it is shown, as the source has it; null where it has no times'),
  predictions: z.array(prediction).describe('the likeliest first'),
  framesPerSecond: z.number().nullable().describe('that the model took; null at the beginning'),
  latencyMs: z.strictObject({ p50: milliseconds, p95: milliseconds }),
  droppedFrames: count.describe('of a live source, while the model was busy'),
  damagedPackets: count,
  reconnects: count.describe('how often a live source was lost and opened anew'),
};
const source = z.string().describe('as it was named, without a password');
const ends = { ended: z.string().describe('how, for people'), error: z.string().exactOptional() };

/** A line of `stream --json`. */
export const streamResult = z.union([
  resultOf({ source, ...status }, 'A chunk of frames'),
  resultOf({ source, ...status, ...ends }, 'The end of a source'),
  resultOf({ source, ...ends }, 'The end of a source of which no frame was seen'),
]);
