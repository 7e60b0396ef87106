import type { CheckpointDifferences, ShapeMismatch } from '../base/errors';
import type { Architecture, Parameter } from '../movinet/architecture';
import type { CheckpointEntry } from '../formats/checkpoint-index';
import { type Placed, otherLayout } from './checkpoint-layouts';
import { CheckpointedModel } from './checkpointed-model';
import type { ObjectGraph } from '../formats/object-graph';

/** TensorFlow's `DataType`. */
const FLOAT32 = 1;

/** How a checkpoint and a model go together. */
export interface CheckpointMatch extends CheckpointDifferences {
  /** The checkpoint's key of each wanted variable that is there with its shape, by the variable's path. */
  readonly keys: ReadonlyMap<string, string>;
  /** Whether every wanted variable is there, and no layer of the model has more of them than the model's. */
  readonly complete: boolean;
}

interface Located {
  readonly key: string;
  readonly actual: readonly number[];
  readonly fits: boolean;
}

/**
 * Looks for the variables of `architecture` that `wanted` picks, in the layout of either kind of convolution, as
 * `assert_existing_objects_matched` would (specification §5.2), and lists all that does not match. A part of the model of which nothing is wanted,
 * such as its head, is nothing extra.
 */
export function matchCheckpoint(
  objects: ObjectGraph,
  index: readonly CheckpointEntry[],
  { parameters }: Architecture,
  wanted: (parameter: Parameter) => boolean,
): CheckpointMatch {
  const entries = new Map(index.map((entry) => [entry.key, entry]));
  const picked = new Set(parameters.filter(wanted));
  const places = new Map(parameters.map((parameter) => [parameter, placesOf(parameter)]));
  const model = CheckpointedModel.find(
    objects,
    [...picked].map((parameter) => (places.get(parameter) ?? []).map(({ path }) => path)),
  );

  const keys = new Map<string, string>();
  const missing: string[] = [];
  const mismatched: ShapeMismatch[] = [];
  const known = new Set<string>();
  for (const [parameter, candidates] of places) {
    const located = locate(model, entries, candidates);
    if (located) known.add(located.key);
    if (!picked.has(parameter)) continue;
    const { path, shape } = parameter;
    if (!located) missing.push(path);
    else if (located.fits) keys.set(path, located.key);
    else mismatched.push({ path, expected: shape, actual: located.actual });
  }

  const wantedParts = new Set([...picked].map(({ path }) => partOf(path)));
  const leftOut = new Set(parameters.map(({ path }) => partOf(path)).filter((part) => !wantedParts.has(part)));
  const extra = model
    .variables()
    .filter(({ path, key }) => !known.has(key) && !leftOut.has(partOf(path)) && entries.get(key)?.dtype === FLOAT32)
    .map(({ path }) => path);
  const layers = new Set([...picked].map(({ path }) => layerOf(path)));
  // TensorFlow would let these pass: an A0 stream checkpoint would restore into the ReLU6 network, and its squeeze-excitations be lost.
  const otherwiseBuilt = extra.some((path) => layers.has(layerOf(path)));
  return { keys, missing, mismatched, extra, complete: keys.size === picked.size && !otherwiseBuilt };
}

function placesOf(parameter: Parameter): Placed[] {
  const other = otherLayout(parameter);
  return other ? [parameter, other] : [parameter];
}

function locate(
  model: CheckpointedModel,
  entries: ReadonlyMap<string, CheckpointEntry>,
  places: readonly Placed[],
): Located | undefined {
  for (const { path, shape } of places) {
    const key = model.keyOf(path);
    const entry = key === undefined ? undefined : entries.get(key);
    if (entry) return { key: entry.key, actual: entry.shape, fits: entry.shape.join() === shape?.join() };
  }
  return undefined;
}

/** The stem, a block, the backbone's head, or the classifier head. */
function layerOf(path: string): string {
  const [part = '', layer = ''] = path.split('/');
  return layer.startsWith('layer_with_weights-') ? `${part}/${layer}` : part;
}

/** The backbone or the classifier head. */
function partOf(path: string): string | undefined {
  return path.split('/')[0];
}
