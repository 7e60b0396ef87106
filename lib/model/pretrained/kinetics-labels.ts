import labels from './kinetics600-labels.json';

export const KINETICS600_CLASSES = 600;

/** The 600 class names of Kinetics-600 in the order of the official models' logits, from `abseiling` to `zumba`. */
export function kinetics600Labels(): string[] {
  return [...labels];
}
