import type { Curve, Motion, ShapeMotion } from './motion';

const HALF_DIAGONAL = Math.SQRT1_2;

/** Straight lines through evenly spaced values. */
function through(...values: readonly number[]): Curve {
  return { kind: 'keys', keys: values.map((value, index) => [index / Math.max(1, values.length - 1), value] as const) };
}

/** Straight lines through `[time, value]` points. */
function keys(...points: readonly (readonly [time: number, value: number])[]): Curve {
  return { kind: 'keys', keys: points };
}

function wave(cycles: number, phase: number, gain = 1, envelope: readonly [number, number] = [1, 1]): Curve {
  return { kind: 'wave', cycles, phase, gain, envelope };
}

const steady = through(0, 1);
const back = through(0, -1);
const accelerating: Curve = { kind: 'power', exponent: 2.4 };
const decelerating = keys([0, 0], [0.15, 0.4], [0.3, 0.66], [0.45, 0.83], [0.65, 0.95], [1, 1]);
const halted = keys([0, 0], [0.43, 1], [1, 1]);
const delayed = keys([0, 0], [0.57, 0], [1, 1]);
const first = keys([0, 0], [0.5, 1], [1, 1]);
const second = keys([0, 0], [0.5, 0], [1, 1]);

function minus(curve: Curve): Curve {
  return { ...curve, gain: -(curve.gain ?? 1) };
}

function one(name: string, shape: ShapeMotion, rest: Omit<Motion, 'name' | 'shapes'> = {}): Motion {
  return { name, shapes: [shape], ...rest };
}

function diagonal(name: string, right: 1 | -1, down: 1 | -1): Motion {
  return one(name, {
    x: { ...steady, gain: right * HALF_DIAGONAL },
    y: { ...steady, gain: down * HALF_DIAGONAL },
  });
}

/** A circle around the middle: clockwise for `direction` 1; the radius goes through `envelope`. */
function circle(direction: 1 | -1, cycles: number, envelope: readonly [number, number] = [1, 1]): ShapeMotion {
  return { x: wave(cycles, 0.25, 1, envelope), y: wave(cycles, 0, direction, envelope) };
}

const STEADY: readonly Motion[] = [
  one('right', { x: steady }),
  one('left', { x: back }),
  one('up', { y: back }),
  one('down', { y: steady }),
  diagonal('up right', 1, -1),
  diagonal('up left', -1, -1),
  diagonal('down right', 1, 1),
  diagonal('down left', -1, 1),
];

const SPEEDS: readonly Motion[] = [
  one('right faster and faster', { x: accelerating }),
  one('up faster and faster', { y: minus(accelerating) }),
  one('left slower and slower', { x: minus(decelerating) }),
  one('down slower and slower', { y: decelerating }),
  one('right, then rest', { x: halted }),
  one('up, then rest', { y: minus(halted) }),
  one('rest, then left', { x: minus(delayed) }),
  one('rest, then down', { y: delayed }),
];

const RETURNS: readonly Motion[] = [
  one('right and back', { x: through(0, 1, 0) }),
  one('left and back', { x: through(0, -1, 0) }),
  one('up and back', { y: through(0, -1, 0) }),
  one('down and back', { y: through(0, 1, 0) }),
  one('twice left and right', { x: through(0, 1, 0, 1, 0) }, { travel: [0.28, 0.42] }),
  one('twice up and down', { y: through(0, 1, 0, 1, 0) }, { travel: [0.28, 0.42] }),
];

const BENDS: readonly Motion[] = [
  one('right, then up', { x: first, y: minus(second) }),
  one('left, then up', { x: minus(first), y: minus(second) }),
  one('left, then down', { x: minus(first), y: second }),
  one('up, then right', { x: second, y: minus(first) }),
  one('down, then right', { x: second, y: first }),
  one('down, then left', { x: minus(second), y: first }),
  one('zigzag to the right', { x: { ...steady, gain: 1.3 }, y: through(0, 0.5, 0, 0.5, 0) }),
  one('zigzag downwards', { x: through(0, 0.5, 0, 0.5, 0), y: { ...steady, gain: 1.3 } }),
  one('bouncing to the left', { x: back, y: { kind: 'bounce', bounces: 2, gain: -0.8 } }),
];

const CURVES: readonly Motion[] = [
  one('circle clockwise', circle(1, 1), { anyPhase: true, travel: [0.16, 0.26] }),
  one('circle counter-clockwise', circle(-1, 1), { anyPhase: true, travel: [0.16, 0.26] }),
  one('arc clockwise', circle(1, 0.35), { anyPhase: true, travel: [0.28, 0.4] }),
  one('arc counter-clockwise', circle(-1, 0.35), { anyPhase: true, travel: [0.28, 0.4] }),
  one('spiral outwards', circle(1, 1.4, [0.1, 1]), { anyPhase: true, travel: [0.28, 0.36] }),
  one('spiral inwards', circle(-1, 1.4, [1, 0.1]), { anyPhase: true, travel: [0.28, 0.36] }),
  one('wave to the left', { x: { ...back, gain: 1.2 }, y: wave(1.5, 0, 0.4) }, { anyPhase: true }),
];

const SIZES: readonly Motion[] = [
  one('growing', { scale: through(0, 1) }),
  one('shrinking', { scale: through(1, 0) }),
  one('growing and back', { scale: through(0, 1, 0) }),
  one('shrinking and back', { scale: through(1, 0, 1) }),
  one('pulsing', { scale: through(0, 1, 0, 1, 0) }),
  one('narrower', { width: through(1, 0) }),
  one('flatter', { height: through(1, 0) }),
];

const ROTATIONS: readonly Motion[] = [
  one('turning clockwise', { turn: through(0, 1) }),
  one('turning counter-clockwise', { turn: through(0, -1) }),
  one('swaying', { turn: wave(1.5, 0) }, { anyPhase: true, rotation: [0.12, 0.2] }),
  one('turning clockwise, then rest', { turn: halted }, { rotation: [0.35, 0.5] }),
];

const VISIBILITIES: readonly Motion[] = [
  one('fading in', { visibility: through(0, 1) }),
  one('fading out', { visibility: through(1, 0) }),
  one('blinking slowly', { visibility: { kind: 'blink', cycles: 1.5 } }, { anyPhase: true }),
  one('blinking fast', { visibility: { kind: 'blink', cycles: 3.5 } }, { anyPhase: true }),
];

const RESTS: readonly Motion[] = [
  one('rest', {}),
  one('shaking', { x: { kind: 'jitter' }, y: { kind: 'jitter' } }, { travel: [0.04, 0.08] }),
];

const PAIRS: readonly Motion[] = [
  { name: 'two approaching', anyHeading: true, shapes: [{ x: through(-0.9, -0.25) }, { x: through(0.9, 0.25) }] },
  { name: 'two separating', anyHeading: true, shapes: [{ x: through(-0.25, -0.9) }, { x: through(0.25, 0.9) }] },
  {
    name: 'two passing',
    anyHeading: true,
    shapes: [
      { x: through(-0.7, 0.7), y: through(-0.25) },
      { x: through(0.7, -0.7), y: through(0.25) },
    ],
  },
  { name: 'one chasing another', anyHeading: true, shapes: [{ x: through(-0.9, 0.2) }, { x: through(-0.3, 0.8) }] },
];

const BACKGROUNDS: readonly Motion[] = [
  { name: 'background to the right', shapes: [{}], background: { x: steady } },
  { name: 'background to the left', shapes: [{}], background: { x: back } },
  { name: 'background coming nearer', shapes: [{}], background: { zoom: through(0, 1) } },
  { name: 'background going away', shapes: [{}], background: { zoom: through(1, 0) } },
];

/** Two things at once: what a single elementary motion never asks for. */
const COMBINATIONS: readonly Motion[] = [
  one('left while growing', { x: back, scale: through(0, 1) }),
  one('right while shrinking', { x: steady, scale: through(1, 0) }),
  one('up while turning counter-clockwise', { y: back, turn: through(0, -1) }),
  one('down while turning clockwise', { y: steady, turn: through(0, 1) }),
  one('growing while turning counter-clockwise', { scale: through(0, 1), turn: through(0, -1) }),
  one('right while blinking', { x: steady, visibility: { kind: 'blink', cycles: 3.5 } }, { anyPhase: true }),
  one('down while fading out', { y: steady, visibility: through(1, 0.1) }),
  one('turning clockwise, then left', { turn: first, x: minus(second) }),
  one(
    'right and back while swaying',
    { x: through(0, 1, 0), turn: wave(1.5, 0) },
    { anyPhase: true, rotation: [0.12, 0.2] },
  ),
];

/**
 * The classes from which a backbone learns general features of motion: the elementary ones (directions, speeds, order in time,
 * size, rotation, visibility, two shapes, background) and some pairs of them.
 */
export const PRETRAINING_MOTIONS: readonly Motion[] = [
  ...STEADY,
  ...SPEEDS,
  ...RETURNS,
  ...BENDS,
  ...CURVES,
  ...SIZES,
  ...ROTATIONS,
  ...VISIBILITIES,
  ...RESTS,
  ...PAIRS,
  ...BACKGROUNDS,
  ...COMBINATIONS,
];

/** The classes of the embedded sample: none is in {@link PRETRAINING_MOTIONS}, and each is put together from what is. */
export const SAMPLE_MOTIONS: readonly Motion[] = [
  one('corner', { x: first, y: second }),
  one('figure-eight', { x: wave(1, 0), y: wave(2, 0, 0.8) }, { travel: [0.22, 0.32], anyPhase: true }),
  one('flash-and-rise', {
    visibility: keys(
      [0, 1],
      [0.1, 1],
      [0.13, 0],
      [0.17, 0],
      [0.2, 1],
      [0.35, 1],
      [0.4, 0],
      [0.46, 0],
      [0.5, 1],
      [1, 1],
    ),
    y: minus(second),
  }),
  one('jump', { x: { ...steady, gain: 1.1 }, y: { kind: 'jump', gain: -0.9 } }),
  one(
    'pendulum',
    { x: wave(1, 0), y: wave(2, 0.25, 0.3), turn: wave(1, 0.5) },
    { travel: [0.22, 0.32], rotation: [0.12, 0.18], anyPhase: true },
  ),
  one('right-growing', { x: steady, scale: through(0, 1) }),
  one('left-turning', { x: back, turn: through(0, 1) }),
  one('spin-shrinking', { scale: through(1, 0), turn: through(0, 1) }),
  one('staircase', { x: through(0, -0.5, -0.5, -1, -1), y: through(0, 0, -0.5, -0.5, -1) }, { travel: [0.45, 0.6] }),
  one('u-turn', { x: keys([0, 0], [0.4, -1], [0.6, -1], [1, 0]), y: keys([0, 0], [0.4, 0], [0.6, 0.5], [1, 0.5]) }),
];
