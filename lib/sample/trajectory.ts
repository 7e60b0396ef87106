import type { Random } from '../base/random';
import { curveAt, type Curve, type Motion, type ShapeMotion } from './motion';

/** Where a shape is and how it looks at one frame; lengths are fractions of the frame, y points down. */
export interface ShapePose {
  x: number;
  y: number;
  /** Half the shape's width and height before it is rotated. */
  radius: number;
  /** Factors on the frame's axes, after the rotation. */
  widthFactor: number;
  heightFactor: number;
  /** Radians, clockwise. */
  angle: number;
  opacity: number;
}

/** How the background's texture lies at one frame: shifted, and magnified about the middle. */
export interface BackgroundPose {
  x: number;
  y: number;
  zoom: number;
}

/** One clip's drawn choices: for each shape and for the background, a pose for each frame. */
export interface Trajectory {
  readonly shapes: readonly (readonly ShapePose[])[];
  readonly background: readonly BackgroundPose[];
}

const TRAVEL = [0.34, 0.52] as const;
const ROTATION = [0.5, 0.75] as const;
const RADIUS = [0.1, 0.17] as const;
const GROWTH = [2.2, 3.2] as const;
/** Degrees by which a path may lean where its heading is part of the class. */
const LEAN = 9;
/** How much of its beginning and end a clip may cut off a motion: speeds and turning points vary with it. */
const CUT = 0.05;
/** How much of its radius a shape keeps inside the frame on each side of its middle, where its path allows. */
const KEPT_INSIDE = 0.7;

/** Draws one clip of `motion`: `frames` poses, evenly spaced from the first moment to the last. */
export function drawTrajectory(motion: Motion, frames: number, random: Random): Trajectory {
  const travel = random.between(...(motion.travel ?? TRAVEL));
  const rotation = 2 * Math.PI * random.between(...(motion.rotation ?? ROTATION));
  const growth = random.between(...GROWTH);
  const heading = motion.anyHeading ? random.between(0, 2 * Math.PI) : (Math.PI / 180) * random.between(-LEAN, LEAN);
  const shift = motion.anyPhase ? random.float() : 0;
  const begin = random.between(0, CUT);
  const end = random.between(1 - CUT, 1);
  const [cos, sin] = [Math.cos(heading), Math.sin(heading)];

  const at = (curve: Curve | undefined, frame: number, otherwise: number): number => {
    const t = begin + ((end - begin) * frame) / Math.max(1, frames - 1);
    return curve === undefined ? otherwise : curveAt(curve, t, shift, random);
  };

  const pose = (shape: ShapeMotion, frame: number, radius: number, angle: number): ShapePose => {
    const along = travel * at(shape.x, frame, 0);
    const across = travel * at(shape.y, frame, 0);
    return {
      x: along * cos - across * sin,
      y: along * sin + across * cos,
      radius: radius * growth ** (at(shape.scale, frame, 0.5) - 0.5),
      widthFactor: growth ** (at(shape.width, frame, 0.5) - 0.5),
      heightFactor: growth ** (at(shape.height, frame, 0.5) - 0.5),
      angle: angle + rotation * at(shape.turn, frame, 0),
      opacity: at(shape.visibility, frame, 1),
    };
  };

  const shapes = motion.shapes.map((shape) => {
    const radius = random.between(...RADIUS) * (motion.shapes.length > 1 ? 0.8 : 1);
    const angle = random.between(0, 2 * Math.PI);
    return Array.from({ length: frames }, (_, frame) => pose(shape, frame, radius, angle));
  });
  place(shapes, random);

  const background = Array.from({ length: frames }, (_, frame) => ({
    x: travel * at(motion.background?.x, frame, 0),
    y: travel * at(motion.background?.y, frame, 0),
    zoom: growth ** (at(motion.background?.zoom, frame, 0.5) - 0.5),
  }));
  return { shapes, background };
}

/** Moves all poses together to a random place where the whole path fits; centred along an axis where it does not. */
function place(shapes: readonly (readonly ShapePose[])[], random: Random): void {
  const poses = shapes.flat();
  const shiftFor = (centre: (pose: ShapePose) => number): number => {
    const low = Math.min(...poses.map((pose) => centre(pose) - KEPT_INSIDE * pose.radius));
    const high = Math.max(...poses.map((pose) => centre(pose) + KEPT_INSIDE * pose.radius));
    const room = 1 - (high - low);
    return (room > 0 ? random.between(0, room) : room / 2) - low;
  };
  const dx = shiftFor((pose) => pose.x);
  const dy = shiftFor((pose) => pose.y);
  for (const pose of poses) {
    pose.x += dx;
    pose.y += dy;
  }
}
