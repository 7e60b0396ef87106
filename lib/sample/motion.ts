import type { Random } from '../base/random';

/**
 * A value as a function of time `t` in [0, 1]:
 * - `keys`: straight lines between `[time, value]` points in rising order of time;
 * - `power`: `t ** exponent`, 0 to 1;
 * - `wave`: `sin(2π (cycles · t + phase))`, times a factor that goes from `envelope[0]` to `envelope[1]` (default 1 to 1);
 * - `bounce`: `|sin(π · bounces · t)|`;
 * - `jump`: `4 t (1 - t)`, a parabola that is 0 at both ends and 1 half-way;
 * - `blink`: 1 and 0 by turns, `cycles` times;
 * - `jitter`: another random value in [-1, 1] at every frame.
 * Every kind is multiplied by `gain` (default 1).
 */
export type Curve = { readonly gain?: number } & (
  | { readonly kind: 'keys'; readonly keys: readonly (readonly [time: number, value: number])[] }
  | { readonly kind: 'power'; readonly exponent: number }
  | {
      readonly kind: 'wave';
      readonly cycles: number;
      readonly phase: number;
      readonly envelope?: readonly [number, number];
    }
  | { readonly kind: 'bounce'; readonly bounces: number }
  | { readonly kind: 'jump' }
  | { readonly kind: 'blink'; readonly cycles: number }
  | { readonly kind: 'jitter' }
);

/** How one shape moves. What is left out stays as it is for the whole clip. */
export interface ShapeMotion {
  /** Place along the motion's heading (to the right unless turned), in units of the clip's travel. */
  readonly x?: Curve;
  /** Place across the heading (downwards unless turned), in units of the clip's travel. */
  readonly y?: Curve;
  /** Size as an exponent: the shape is `growth ** (value - 1/2)` times its random size, `growth` random for each clip. */
  readonly scale?: Curve;
  /** Width alone, as an exponent in the manner of `scale`; it follows the frame's axes, not the shape's. */
  readonly width?: Curve;
  /** Height alone, likewise. */
  readonly height?: Curve;
  /** Rotation in units of the clip's random angle; positive is clockwise. */
  readonly turn?: Curve;
  /** Opacity, 0 to 1. */
  readonly visibility?: Curve;
}

/** How the background's texture moves. */
export interface BackgroundMotion {
  /** To the right, in units of the clip's travel. */
  readonly x?: Curve;
  /** Downwards, likewise. */
  readonly y?: Curve;
  /** Magnification as an exponent, in the manner of {@link ShapeMotion.scale}. */
  readonly zoom?: Curve;
}

/** One class of motion. What is random within the class is drawn anew for each clip. */
export interface Motion {
  readonly name: string;
  /** One or two shapes. */
  readonly shapes: readonly ShapeMotion[];
  readonly background?: BackgroundMotion;
  /** Range of the unit of length of `x` and `y`, as a fraction of the frame. Default 0.34 to 0.52. */
  readonly travel?: readonly [number, number];
  /** Range of the unit of `turn`, in whole turns. Default 0.5 to 0.75. */
  readonly rotation?: readonly [number, number];
  /** Whether the path is turned by any angle instead of a few degrees. */
  readonly anyHeading?: boolean;
  /** Whether the waves of a clip start anywhere in their cycle, all by the same amount of time. */
  readonly anyPhase?: boolean;
}

/** The value of `curve` at `t`; `shift` moves waves in time, in cycles of a one-cycle wave. */
export function curveAt(curve: Curve, t: number, shift: number, random: Random): number {
  return (curve.gain ?? 1) * baseValue(curve, t, shift, random);
}

function baseValue(curve: Curve, t: number, shift: number, random: Random): number {
  switch (curve.kind) {
    case 'keys':
      return interpolate(curve.keys, t);
    case 'power':
      return t ** curve.exponent;
    case 'wave': {
      const [from, to] = curve.envelope ?? [1, 1];
      return (from + (to - from) * t) * Math.sin(2 * Math.PI * (curve.cycles * (t + shift) + curve.phase));
    }
    case 'bounce':
      return Math.abs(Math.sin(Math.PI * curve.bounces * t));
    case 'jump':
      return 4 * t * (1 - t);
    case 'blink':
      // The quarter keeps the switch-over away from the times of the frames; the shift only chooses between on and off.
      return (curve.cycles * t + 0.25 + Math.round(2 * shift) / 2) % 1 < 0.5 ? 1 : 0;
    case 'jitter':
      return random.between(-1, 1);
  }
}

function interpolate(keys: readonly (readonly [number, number])[], t: number): number {
  let [time, value] = keys[0] ?? [0, 0];
  for (const [nextTime, nextValue] of keys) {
    if (t <= nextTime) {
      return nextTime > time ? value + ((nextValue - value) * (t - time)) / (nextTime - time) : nextValue;
    }
    [time, value] = [nextTime, nextValue];
  }
  return value;
}
