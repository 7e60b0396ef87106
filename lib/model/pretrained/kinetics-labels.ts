import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const KINETICS600_CLASSES = 600;

let labels: readonly string[] | undefined;

/** The 600 class names of Kinetics-600 in the order of the official models' logits, from `abseiling` to `zumba`. */
export function kinetics600Labels(): string[] {
  labels ??= readFileSync(join(__dirname, 'kinetics600-labels.txt'), 'utf8').trimEnd().split('\n');
  return [...labels];
}
