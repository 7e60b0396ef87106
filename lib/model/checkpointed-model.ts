import type { ObjectGraph } from '../formats/object-graph';

/** The backbone's path below the model (specification §5.1). */
const BACKBONE = 'layer_with_weights-0/';

/** An object that holds the model's variables; `part` is what their paths in the model begin with and those below the object do not. */
interface Root {
  readonly object: string;
  readonly part: string;
}

/**
 * `Checkpoint(model=m)`, a Keras SavedModel or saved weights, `Checkpoint(backbone=b)` and `Checkpoint(b)` (specification §5.2). Where several
 * hold equally much, the first one counts.
 */
const ROOTS: readonly Root[] = [
  { object: 'model', part: '' },
  { object: '', part: '' },
  { object: 'backbone', part: BACKBONE },
  { object: '', part: BACKBONE },
];

/** Children that hold no weights of the model: what training and Keras keep beside them, and Keras' lists of what has a better name. */
const NO_WEIGHTS = new Set([
  'optimizer',
  'save_counter',
  '_save_counter',
  'global_step',
  'metrics',
  'keras_api',
  'variables',
  'trainable_variables',
  'non_trainable_variables',
]);

/** The model in a checkpoint, or its backbone alone, wherever it stands in the object graph. All paths are the model's. */
export class CheckpointedModel {
  private constructor(
    private readonly objects: ObjectGraph,
    private readonly root: Root,
  ) {}

  /** Finds the object that holds most of the variables; each is given by the paths that it may have. */
  static find(objects: ObjectGraph, variables: readonly (readonly string[])[]): CheckpointedModel {
    const candidates = ROOTS.filter(({ object }) => object === '' || objects.has(object)).map((root) => {
      const model = new CheckpointedModel(objects, root);
      const held = variables.filter((paths) => paths.some((path) => model.keyOf(path) !== undefined)).length;
      return { model, held };
    });
    return candidates.reduce((best, candidate) => (candidate.held > best.held ? candidate : best)).model;
  }

  /** The checkpoint's key of a variable; undefined where it is not there. */
  keyOf(path: string): string | undefined {
    const { object, part } = this.root;
    if (!path.startsWith(part)) return undefined;
    const rest = path.slice(part.length);
    return this.objects.keyOf(object === '' ? rest : `${object}/${rest}`);
  }

  /** Every variable that the model has in the checkpoint, without those of its optimizer and metrics. */
  variables(): { readonly path: string; readonly key: string }[] {
    const { object, part } = this.root;
    // A key that is a slot variable's has a part that begins with a dot.
    return this.objects
      .variablesBelow(object, (child) => !NO_WEIGHTS.has(child) && !child.startsWith('.'))
      .map(({ path, key }) => ({ path: part + path, key }));
  }
}
