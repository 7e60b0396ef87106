import type { VariantName } from '../movinet/variants';

/** Models of which one frame is so little work that handing parts of it to other threads costs more than it saves. */
const SMALL: readonly VariantName[] = ['t0', 'a0', 'a1', 'a2', 'a3'];

/**
 * How many threads should compute pushes of `chunk` frames; undefined for one on each processor. One frame of T0 or A0 to A3 takes less time on one thread
 * than on several, and half the processor time (A0 at 172²: 3.0 ms against 5.0 ms on two cores); A4, A5 and several frames at once gain by more.
 */
export function streamThreads(variant: VariantName, chunk: number): number | undefined {
  return chunk === 1 && SMALL.includes(variant) ? 1 : undefined;
}
