/** Where a variable stands below a model, and its shape there; undefined where no shape fits. */
export interface Placed {
  readonly path: string;
  readonly shape: readonly number[] | undefined;
}

/** The axes of a kernel by name; 1 where an axis is always of size 1. */
type Axes = readonly (string | 1)[];

interface Layout {
  readonly ending: string;
  readonly axes: Axes;
}

/**
 * How the variables of a convolution are laid out with `2plus1d`, and with `3d_2plus1d` or `3d` (specification §5.3). The named axes come in
 * the same order in both, so the numbers do too. The first pair that fits a path counts.
 */
const LAYOUTS: readonly (readonly [flat: Layout, solid: Layout])[] = [
  [
    { ending: '/_feature/_conv/_conv/depthwise_kernel', axes: ['height', 'width', 'channels', 1] },
    { ending: '/_feature/_conv/kernel', axes: [1, 'height', 'width', 1, 'channels'] },
  ],
  [
    { ending: '/_feature/_conv_temporal/_conv/depthwise_kernel', axes: ['frames', 1, 'channels', 1] },
    { ending: '/_feature/_conv_temporal/kernel', axes: ['frames', 1, 1, 1, 'channels'] },
  ],
  [
    { ending: '/_conv/_conv/kernel', axes: ['height', 'width', 'inputs', 'outputs'] },
    { ending: '/_conv/kernel', axes: [1, 'height', 'width', 'inputs', 'outputs'] },
  ],
  [
    { ending: '/_conv/_conv/bias', axes: ['outputs'] },
    { ending: '/_conv/bias', axes: ['outputs'] },
  ],
];

/**
 * The same variable as a model with convolutions of the other kind has it: official stream models are trained with `3d_2plus1d` and converted
 * to `2plus1d`. Its shape is undefined where the other kind cannot have these numbers, as for a base model's kernel over frames and pixels.
 * Undefined for a variable that is the same in both.
 */
export function otherLayout({ path, shape }: { path: string; shape: readonly number[] }): Placed | undefined {
  // A 2-D ending ends with a 3-D one, so all the 2-D ones are tried first.
  const pairs = [...LAYOUTS, ...LAYOUTS.map(([flat, solid]) => [solid, flat] as const)];
  const pair = pairs.find(([{ ending }]) => path.endsWith(ending));
  if (!pair) return undefined;
  const [from, to] = pair;
  return { path: path.slice(0, -from.ending.length) + to.ending, shape: rearrange(shape, from.axes, to.axes) };
}

function rearrange(shape: readonly number[], from: Axes, to: Axes): number[] | undefined {
  const fits = shape.length === from.length && from.every((axis, index) => axis !== 1 || shape[index] === 1);
  return fits ? to.map((axis) => (axis === 1 ? 1 : (shape[from.indexOf(axis)] as number))) : undefined;
}
