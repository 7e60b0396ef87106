import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { z } from 'zod';
import { UsageError } from '../base/errors';
import { MODEL_IDS } from '../movinet/model-id';
import type { ModelId } from '../movinet/options';
import { gating, gatingOption } from './options';

/** Options that name a model of any kind: the folder of one, or a model id with a checkpoint and the names of its classes. */
export const modelOptions = {
  model: z.string(),
  weights: z.string().exactOptional(),
  labels: z.string().exactOptional(),
  gating,
};

export type ModelOptions = z.output<z.ZodObject<typeof modelOptions>>;

export function withModelOptions(command: Command): Command {
  return command
    .requiredOption('--model <model>', 'the folder model/ of a run, or a model id such as a0-stream-relu6')
    .option(
      '--weights <checkpoint>',
      'with a model id: checkpoint, folder, archive or address (default: kinetics600, the official weights)',
    )
    .option('--labels <file>', 'with a model id: the names of its classes, one a line (default: Kinetics-600)')
    .addOption(gatingOption());
}

/** The model id that the options name; undefined where they name a folder. Throws {@link UsageError} for what is neither. */
export function modelIdOf({ model, ...others }: ModelOptions): ModelId | undefined {
  if (existsSync(model)) {
    if ([others.weights, others.labels, others.gating].every((option) => option === undefined)) return undefined;
    throw new UsageError('--weights, --labels and --gating go with a model id; a model folder has its own');
  }
  const id = MODEL_IDS.find((candidate) => candidate === model);
  if (id === undefined) {
    throw new UsageError(
      `There is no model "${model}": give the folder model/ of a run, or one of ${MODEL_IDS.join(', ')}`,
    );
  }
  return id;
}
