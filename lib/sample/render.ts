import { derive, type Random } from '../base/random';
import { UsageError } from '../base/errors';
import { Background, type Colour } from './background';
import type { Motion } from './motion';
import { ORIENTED_SHAPES, SYMMETRIC_SHAPES, type SignedDistance } from './shapes';
import { drawTrajectory, type ShapePose } from './trajectory';

export interface MotionClipOptions {
  readonly motion: Motion;
  /** The same seed gives the same bytes. */
  readonly seed: number;
  /** Width and height in pixels, at least 8. */
  readonly size: number;
  /** At least 2; they cover the whole motion evenly, however many. */
  readonly frames: number;
}

/** Least difference of luminance between a shape and both colours of the background. */
const CONTRAST = 0.28;
/** Share of one-shape clips in which a second, smaller shape rests: two shapes do not tell the class. */
const BYSTANDERS = 0.2;
const ORIENTED_SHARE = 0.65;

const NOISE_SIZE = 1 << 15;
const noise = gaussianNoise();
const unitOfByte = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);
const scratch = new Map<number, { background: Float32Array; frame: Float32Array }>();
let bytes = new Uint8Array(0);

/** One clip as RGB bytes, [frames, size, size, 3]. */
export function renderMotionClip(options: MotionClipOptions): Uint8Array {
  const result = new Uint8Array(options.frames * options.size * options.size * 3);
  render(options, result);
  return result;
}

/** The same clip as float RGB in [0, 1] (byte / 255), written into `into` from element `offset`. */
export function renderMotionClipInto(into: Float32Array, offset: number, options: MotionClipOptions): void {
  const length = options.frames * options.size * options.size * 3;
  if (offset < 0 || offset + length > into.length) {
    throw new UsageError(`A motion clip of ${length} values does not fit at ${offset} of ${into.length}`);
  }
  if (bytes.length !== length) bytes = new Uint8Array(length);
  render(options, bytes);
  for (let index = 0; index < length; index++) into[offset + index] = unitOfByte[bytes[index] as number] as number;
}

interface DrawnShape {
  readonly distance: SignedDistance;
  readonly colour: Colour;
  readonly poses: readonly ShapePose[];
}

function render({ motion, seed, size, frames }: MotionClipOptions, into: Uint8Array): void {
  if (!Number.isInteger(size) || size < 8)
    throw new UsageError(`The size of a motion clip is an integer of at least 8, got ${size}`);
  if (!Number.isInteger(frames) || frames < 2)
    throw new UsageError(`A motion clip has at least 2 frames, got ${frames}`);
  const random = derive(seed, 'motion clip');
  const trajectory = drawTrajectory(motion, frames, random);

  const [from, to] = backgroundColours(random);
  const background = new Background(from, to, motion.background !== undefined, random);
  const mustShowTurns = motion.shapes.some((shape) => shape.turn !== undefined);
  const shapes = trajectory.shapes.map((poses): DrawnShape => ({
    distance: pickShape(mustShowTurns, random),
    colour: contrasting(from, to, random),
    poses,
  }));
  if (shapes.length === 1 && random.float() < BYSTANDERS) shapes.unshift(bystander(from, to, frames, random));

  const sigma = random.float() < 0.3 ? 0 : random.between(0, 0.05);
  const gain = random.between(0.85, 1.15);
  const { background: still, frame: canvas } = scratchFor(size);
  const frameLength = canvas.length;
  for (let frame = 0; frame < frames; frame++) {
    if (frame === 0 || motion.background !== undefined) {
      background.draw(still, size, trajectory.background[frame] ?? { x: 0, y: 0, zoom: 1 });
    }
    canvas.set(still);
    for (const { distance, colour, poses } of shapes) {
      const pose = poses[frame];
      if (pose !== undefined && pose.opacity > 0) drawShape(canvas, size, distance, colour, pose);
    }
    const brightness = 255 * gain * random.between(0.98, 1.02);
    const grain = 255 * sigma;
    const start = random.integer(NOISE_SIZE);
    const offset = frame * frameLength;
    for (let index = 0; index < frameLength; index++) {
      const value =
        (canvas[index] as number) * brightness + (noise[(start + index) & (NOISE_SIZE - 1)] as number) * grain + 0.5;
      into[offset + index] = value < 0 ? 0 : value > 255 ? 255 : value;
    }
  }
}

/** Blends one shape into an RGB frame; only the pixels that it can touch are looked at. */
function drawShape(
  canvas: Float32Array,
  size: number,
  distance: SignedDistance,
  colour: Colour,
  pose: ShapePose,
): void {
  const { x, y, radius, widthFactor, heightFactor, angle, opacity } = pose;
  const reach = 1.25 * radius + 1 / size;
  const left = Math.max(0, Math.floor((x - reach * widthFactor) * size));
  const right = Math.min(size, Math.ceil((x + reach * widthFactor) * size));
  const top = Math.max(0, Math.floor((y - reach * heightFactor) * size));
  const bottom = Math.min(size, Math.ceil((y + reach * heightFactor) * size));
  const [cos, sin] = [Math.cos(angle) / radius, Math.sin(angle) / radius];
  // Distances are in units of the radius; the smaller factor keeps the edge about one pixel wide.
  const sharpness = radius * Math.min(widthFactor, heightFactor) * size;
  const [red, green, blue] = colour;
  for (let row = top; row < bottom; row++) {
    const dy = ((row + 0.5) / size - y) / heightFactor;
    let at = (row * size + left) * 3;
    for (let column = left; column < right; column++, at += 3) {
      const dx = ((column + 0.5) / size - x) / widthFactor;
      let cover = 0.5 - distance(dx * cos + dy * sin, dy * cos - dx * sin) * sharpness;
      if (cover <= 0) continue;
      cover = (cover > 1 ? 1 : cover) * opacity;
      canvas[at] = (canvas[at] as number) * (1 - cover) + red * cover;
      canvas[at + 1] = (canvas[at + 1] as number) * (1 - cover) + green * cover;
      canvas[at + 2] = (canvas[at + 2] as number) * (1 - cover) + blue * cover;
    }
  }
}

function pickShape(oriented: boolean, random: Random): SignedDistance {
  return random.pick(oriented || random.float() < ORIENTED_SHARE ? ORIENTED_SHAPES : SYMMETRIC_SHAPES);
}

function bystander(from: Colour, to: Colour, frames: number, random: Random): DrawnShape {
  const pose: ShapePose = {
    x: random.between(0.08, 0.92),
    y: random.between(0.08, 0.92),
    radius: random.between(0.06, 0.1),
    widthFactor: 1,
    heightFactor: 1,
    angle: random.between(0, 2 * Math.PI),
    opacity: 1,
  };
  return {
    distance: pickShape(false, random),
    colour: contrasting(from, to, random),
    poses: new Array<ShapePose>(frames).fill(pose),
  };
}

function randomColour(random: Random): Colour {
  return [random.float(), random.float(), random.float()];
}

function luminance([red, green, blue]: Colour): number {
  return 0.3 * red + 0.59 * green + 0.11 * blue;
}

/** Two colours that differ, but leave room for a third that stands out from both. */
function backgroundColours(random: Random): [Colour, Colour] {
  const from = randomColour(random);
  for (;;) {
    const to = randomColour(random);
    const difference = Math.abs(luminance(from) - luminance(to));
    if (difference > 0.12 && difference < 0.25) return [from, to];
  }
}

function contrasting(from: Colour, to: Colour, random: Random): Colour {
  const low = Math.min(luminance(from), luminance(to)) - CONTRAST;
  const high = Math.max(luminance(from), luminance(to)) + CONTRAST;
  for (;;) {
    const colour = randomColour(random);
    const light = luminance(colour);
    if (light < low || light > high) return colour;
  }
}

function scratchFor(size: number): { background: Float32Array; frame: Float32Array } {
  let buffers = scratch.get(size);
  if (buffers === undefined) {
    buffers = { background: new Float32Array(size * size * 3), frame: new Float32Array(size * size * 3) };
    scratch.set(size, buffers);
  }
  return buffers;
}

/** Standard normal values (Box–Muller), the same in every process. */
function gaussianNoise(): Float32Array {
  const random = derive(0, 'pixel noise');
  return Float32Array.from(
    { length: NOISE_SIZE },
    () => Math.sqrt(-2 * Math.log(1 - random.float())) * Math.cos(2 * Math.PI * random.float()),
  );
}
