/** A row-major 3 × 4 matrix on red, green and blue in [0, 1], and 1. */
export type ColourMatrix = readonly number[];

/** How colours change; 1 or 0 leaves them. */
export interface ColourChange {
  /** Factor of all three. */
  readonly brightness: number;
  /** Factor of the distance from mid grey, 0.5. */
  readonly contrast: number;
  /** Factor of the distance from the grey of the same luma. */
  readonly saturation: number;
  /** Turns about the grey axis in YIQ, from red towards yellow: 1 is once round. */
  readonly hue: number;
}

/** Of red, green and blue in the luma of ITU-R BT.601. */
const LUMA = [0.299, 0.587, 0.114] as const;
/** YIQ's other two rows, which are 0 for each grey. */
const CHROMA_I = [0.5959, -0.2746, -0.3213] as const;
const CHROMA_Q = [0.2115, -0.5227, 0.3112] as const;

/** All three become the luma. */
export const GREY_MATRIX: ColourMatrix = [0, 1, 2].flatMap(() => [...LUMA, 0]);

/**
 * Brightness, contrast, saturation and hue as one matrix, in this order, clamped once at the end. torchvision's `ColorJitter` draws an order for each picture, clamps after each step, takes
 * contrast about the picture's mean and turns the hue in HSV.
 */
export function colourMatrix({ brightness, contrast, saturation, hue }: ColourChange): ColourMatrix {
  // A colour is its grey and its distance from it, which saturation scales and the hue turns; neither changes a grey, such as the offset of the contrast.
  const factor = brightness * contrast;
  const along = factor * saturation * Math.cos(2 * Math.PI * hue);
  const across = factor * saturation * Math.sin(2 * Math.PI * hue);
  const offset = 0.5 * (1 - contrast);
  const matrix: number[] = [];
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++) {
      const luma = LUMA[column as 0 | 1 | 2];
      const distance = (row === column ? 1 : 0) - luma;
      matrix.push(factor * luma + along * distance + across * (QUARTER_TURN[3 * row + column] as number));
    }
    matrix.push(offset);
  }
  return matrix;
}

/** `after` applied to what `before` gives. */
export function composed(after: ColourMatrix, before: ColourMatrix): ColourMatrix {
  return [0, 1, 2].flatMap((row) =>
    [0, 1, 2, 3].map((column) =>
      [0, 1, 2].reduce(
        (sum, inner) => sum + (after[4 * row + inner] as number) * (before[4 * inner + column] as number),
        column === 3 ? (after[4 * row + 3] as number) : 0,
      ),
    ),
  );
}

/** What a quarter of a turn makes of a colour's distance from its grey: row-major, 3 × 3. */
const QUARTER_TURN: readonly number[] = (() => {
  const [a, b, c] = LUMA;
  const [d, e, f] = CHROMA_I;
  const [g, h, i] = CHROMA_Q;
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  // The columns of YIQ's inverse that I and Q have, by cofactors.
  const fromI = [c * h - b * i, a * i - c * g, b * g - a * h];
  const fromQ = [b * f - c * e, c * d - a * f, a * e - b * d];
  // I points to orange and Q to magenta: towards yellow is away from magenta.
  return [0, 1, 2].flatMap((row) =>
    [0, 1, 2].map(
      (column) =>
        ((fromI[row] as number) * CHROMA_Q[column as 0 | 1 | 2] -
          (fromQ[row] as number) * CHROMA_I[column as 0 | 1 | 2]) /
        determinant,
    ),
  );
})();
