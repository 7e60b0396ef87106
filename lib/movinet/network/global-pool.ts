import { add, cast, divide, intConstant, mean, reshape, sliceAxis1, sum } from '../../graph/ops';
import type { Output } from '../../native/graph';
import type { BuildContext } from './build-context';

/** The mean of all frames of the clip, with states of all frames so far: [batch, frames, channels] → [batch, channels]. */
export function clipMean(
  { g, layout, states }: BuildContext,
  statePrefix: string,
  perFrame: Output,
  channels: number,
): Output {
  if (!states) return mean(g, perFrame, [1]);
  const batch = g.shape(perFrame)?.[0] ?? -1;
  const buffer = states.add(`${statePrefix}_pool_buffer`, 'float32', [batch, 1, 1, 1, channels]);
  const count = states.add(`${statePrefix}_pool_frame_count`, 'int32', [1]);
  const total = add(g, sum(g, perFrame, [1]), reshape(g, buffer.input, [-1, channels]));
  const frames = add(g, count.input, layout.frameCount());
  buffer.output = reshape(g, total, [-1, 1, 1, 1, channels]);
  count.output = frames;
  return divide(g, total, cast(g, frames, 'float32'));
}

/** For each frame the mean of all frames up to it: [batch, frames, channels] → the same shape. */
export function cumulativeMean(context: BuildContext, statePrefix: string, perFrame: Output, channels: number): Output {
  const { g, layout, states } = context;
  let sums = g.op('Cumsum', [perFrame, intConstant(g, 1)]);
  let counts = frameNumbers(context, 1);
  if (states) {
    const batch = g.shape(perFrame)?.[0] ?? -1;
    const buffer = states.add(`${statePrefix}_pool_buffer`, 'float32', [batch, 1, 1, 1, channels]);
    const count = states.add(`${statePrefix}_pool_frame_count`, 'int32', [1]);
    sums = add(g, sums, reshape(g, buffer.input, [-1, 1, channels]));
    counts = add(g, counts, count.input);
    buffer.output = reshape(g, sliceAxis1(g, sums, -1, undefined), [-1, 1, 1, 1, channels]);
    count.output = add(g, count.input, layout.frameCount());
  }
  return divide(g, sums, reshape(g, cast(g, counts, 'float32'), [1, -1, 1]));
}

/** first, first + 1, … for each frame of the clip, int32. */
export function frameNumbers({ g, layout }: BuildContext, first: number): Output {
  const start = intConstant(g, first);
  return g.op('Range', [start, add(g, layout.frameCount(), start), intConstant(g, 1)]);
}
