/**
 * Signed distances (negative inside) of shapes that fill about the unit circle; y points down. Exact near the edge, which is
 * all that anti-aliasing needs.
 */
export type SignedDistance = (x: number, y: number) => number;

function box(x: number, y: number, halfWidth: number, halfHeight: number): number {
  return Math.max(Math.abs(x) - halfWidth, Math.abs(y) - halfHeight);
}

function disc(x: number, y: number, radius: number): number {
  return Math.sqrt(x * x + y * y) - radius;
}

/** An upright triangle with its tip at `tip` and its base at `base`, `halfWidth` wide to each side. */
function wedge(x: number, y: number, tip: number, base: number, halfWidth: number): number {
  const height = base - tip;
  const side = (Math.abs(x) * height - (y - tip) * halfWidth) / Math.sqrt(height * height + halfWidth * halfWidth);
  return Math.max(side, y - base);
}

/** Five points, by folding the plane onto one half of one point. */
function star(x: number, y: number): number {
  const sector = (2 * Math.PI) / 5;
  const angle = Math.atan2(x, -y);
  const folded = Math.abs(angle - sector * Math.round(angle / sector));
  const radius = Math.sqrt(x * x + y * y);
  const [px, py] = [radius * Math.sin(folded), radius * Math.cos(folded)];
  // The edge runs from the tip (0, 1) to the inner corner at half a sector.
  const [ix, iy] = [0.45 * Math.sin(sector / 2), 0.45 * Math.cos(sector / 2)];
  return ((1 - iy) * px + ix * (py - 1)) / Math.hypot(1 - iy, ix);
}

function letterL(x: number, y: number): number {
  return Math.min(box(x + 0.4, y, 0.28, 0.95), box(x, y - 0.67, 0.68, 0.28));
}

function letterT(x: number, y: number): number {
  return Math.min(box(x, y + 0.62, 0.85, 0.28), box(x, y - 0.2, 0.27, 0.75));
}

function halfMoon(x: number, y: number): number {
  return Math.max(disc(x, y, 0.95), -disc(x - 0.5, y, 0.75));
}

function arrow(x: number, y: number): number {
  return Math.min(wedge(x, y, -1, 0.1, 0.8), box(x, y - 0.5, 0.26, 0.5));
}

function halfDisc(x: number, y: number): number {
  return Math.max(disc(x, y + 0.35, 1), -(y + 0.35));
}

function slimTriangle(x: number, y: number): number {
  return wedge(x, y, -1, 0.75, 0.62);
}

function circle(x: number, y: number): number {
  return disc(x, y, 0.92);
}

function square(x: number, y: number): number {
  return box(x, y, 0.78, 0.78);
}

function ring(x: number, y: number): number {
  return Math.abs(disc(x, y, 0.7)) - 0.24;
}

function cross(x: number, y: number): number {
  return Math.min(box(x, y, 0.95, 0.3), box(x, y, 0.3, 0.95));
}

function bar(x: number, y: number): number {
  return box(x, y, 0.98, 0.36);
}

function diamond(x: number, y: number): number {
  return (Math.abs(x) + Math.abs(y) - 1) * Math.SQRT1_2;
}

/** Shapes whose orientation shows: a turn of up to half a circle is never taken for another one. */
export const ORIENTED_SHAPES: readonly SignedDistance[] = [letterL, halfMoon, arrow, halfDisc, slimTriangle, letterT];

export const SYMMETRIC_SHAPES: readonly SignedDistance[] = [circle, square, ring, cross, bar, diamond, star];
