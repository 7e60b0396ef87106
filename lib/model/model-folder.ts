import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type ClipSpec, SHORT_VIDEOS } from '../base/clip';
import { CheckpointError, OutputError } from '../base/errors';
import { type Task, TASK_KINDS } from '../base/task';
import { architectureOf } from '../movinet/describe-movinet';
import { createModel, type MovinetModel } from './movinet-model';
import type { GraphValues } from '../movinet/inference-graph';
import { MODEL_IDS } from '../movinet/model-id';
import { movinetOverridesSchema, overridesOf, type ModelId, type MovinetOverrides } from '../movinet/options';
import type { Addon } from '../native/addon';
import { readCheckpoint } from './read-checkpoint';
import { trainingRecordSchema, type TrainingRecord } from './training-record';
import { CLASSES_ASSET, classesText, encodeSavedModel } from './export/saved-model-graph';
import { writeCheckpoint } from '../formats/write-checkpoint';
import { exists } from '../io/look';
import { type MayReplace, writeFolderWhole, writeInto } from '../io/whole-folder';

/** What a SavedModel cannot say of a model, beside it in `assets.extra/`, which other readers leave alone. */
const DESCRIPTION = join('assets.extra', 'movinet.json');

const count = z.int().positive();
const shared = {
  model: z.custom<ModelId>((id) => MODEL_IDS.includes(id as ModelId)),
  classes: z.array(z.string()).min(1),
  /** Where an option is absent, the model id's own holds. */
  options: movinetOverridesSchema,
};
const formats = z.discriminatedUnion('format', [
  z.object({ ...shared, format: z.literal(1), clip: z.object({ size: count, frames: count, frameStep: count }) }),
  z.object({
    ...shared,
    format: z.literal(2),
    task: z.enum(TASK_KINDS),
    clip: z.object({
      ...{ size: count, frames: count, short: z.enum(SHORT_VIDEOS) },
      every: z.union([z.strictObject({ frames: count }), z.strictObject({ seconds: z.number().positive() })]),
    }),
    /** Of the training videos. */
    frameRate: z.number().positive().exactOptional(),
    /** Readers that know nothing of it lose nothing else. */
    training: trainingRecordSchema.exactOptional(),
    /** Its graph has constants alone: it cannot be opened as a model again. */
    folded: z.literal(true).exactOptional(),
  }),
]);
type Stored = z.output<typeof formats>;

function describe({ id, task: { kind, classes }, clip, frameRate, options, training }: MovinetModel): Stored {
  return {
    ...{ format: 2, model: id, classes: [...classes], task: kind, clip },
    ...(frameRate === undefined ? {} : { frameRate }),
    ...(training === undefined ? {} : { training }),
    options: overridesOf(options),
  };
}

export interface SaveModelOptions {
  /** Default: an earlier model. */
  readonly mayReplace?: MayReplace;
  /** The serialized SavedModel. Default: of whole clips. */
  readonly graph?: Uint8Array;
  /** What the graph consists of. Of constants it is for other programs alone: {@link loadModel} cannot read it. Default `variables`. */
  readonly values?: GraphValues;
}

/**
 * Writes a model as a SavedModel folder that this library, Python's `tf.saved_model.load` and TensorFlow Serving read. The folder appears, or
 * replaces an earlier one, when it is complete. Throws {@link OutputError}, also for a folder that holds anything but a model, unless `mayReplace`
 * says otherwise.
 */
export async function saveModel(
  addon: Addon,
  model: MovinetModel,
  folder: string,
  { mayReplace, graph, values = 'variables' }: SaveModelOptions = {},
): Promise<void> {
  if (mayReplace === undefined) await checkModelFolder(folder);
  const description = { ...describe(model), ...(values === 'constants' && { folded: true }) };
  await writeFolderWhole(folder, { what: 'The model', mayReplace: mayReplace ?? isModelFolder }, async (complete) => {
    await writeInto(complete, 'saved_model.pb', graph ?? (await encodeSavedModel(addon, model, values)));
    await writeInto(complete, join('assets', CLASSES_ASSET), classesText(model));
    await writeInto(complete, DESCRIPTION, `${JSON.stringify(description, null, 2)}\n`);
    if (values === 'variables')
      await writeCheckpoint(addon, join(complete, 'variables', 'variables'), model.architecture, model.weights);
  });
}

/** Whether a folder holds a model of this library. */
export function isModelFolder(folder: string): Promise<boolean> {
  return exists(join(folder, DESCRIPTION));
}

/** Throws {@link OutputError} where {@link saveModel} would replace what is no model. */
export async function checkModelFolder(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    // What else is in the way is found where it is written.
    if ((error as NodeJS.ErrnoException).code !== 'ENOTDIR') return [];
    throw new OutputError(`${folder} is a file; name another folder for the model`);
  });
  if (names.length > 0 && !(await isModelFolder(folder))) {
    throw new OutputError(`${folder} exists and is no model of this library; name another folder, or move it away`);
  }
}

/** What a model folder says of its model, without its numbers. */
export interface ModelDescription {
  readonly model: ModelId;
  readonly task: Task;
  readonly clip: ClipSpec;
  readonly frameRate: number | undefined;
  readonly training: TrainingRecord | undefined;
  readonly options: MovinetOverrides;
  /** Whether it is an export of constants, which cannot be opened as a model again. */
  readonly folded: boolean;
}

function descriptionOf(stored: Stored): ModelDescription {
  const { model, classes, options } = stored;
  if (stored.format === 2) {
    const { task: kind, clip, frameRate, training, folded = false } = stored;
    return { model, task: { kind, classes }, clip, frameRate, training, options, folded };
  }
  const { size, frames, frameStep } = stored.clip;
  const clip = { size, frames, every: { frames: frameStep }, short: 'zero' } as const;
  return {
    model,
    task: { kind: 'single-label', classes },
    clip,
    frameRate: undefined,
    training: undefined,
    options,
    folded: false,
  };
}

/** Throws {@link CheckpointError} for a folder that is no model's, or damaged. */
export async function readModelDescription(folder: string): Promise<ModelDescription> {
  const path = join(folder, DESCRIPTION);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new CheckpointError(
      `${folder} is not a model of this library: it lacks ${DESCRIPTION} (give the folder model/ of a run)`,
      { cause: error },
    );
  }
  const parsed = parseDescription(text);
  if (!parsed.ok) throw new CheckpointError(`${path} is damaged: ${parsed.reason}`);
  return parsed.description;
}

/** Reads a folder that {@link saveModel} wrote. Throws {@link CheckpointError} that says what is wrong with it. */
export async function loadModel(addon: Addon, folder: string): Promise<MovinetModel> {
  const { model: id, task, clip, frameRate, training, options, folded } = await readModelDescription(folder);
  if (folded)
    throw new CheckpointError(
      `${folder} was exported for other programs, its weights folded into the graph: use the model that it was made from, or export with \`trainable\``,
    );
  const architecture = architectureOf(id, task.classes.length, options);
  const weights = await readCheckpoint(addon, join(folder, 'variables', 'variables'), architecture);
  return createModel({ id, task, clip, frameRate, training, overrides: options }, weights);
}

function parseDescription(text: string): { ok: true; description: ModelDescription } | { ok: false; reason: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, reason: 'it is no JSON' };
  }
  const result = formats.safeParse(json);
  if (result.success) return { ok: true, description: descriptionOf(result.data) };
  const issue = result.error.issues[0];
  return { ok: false, reason: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}` };
}
