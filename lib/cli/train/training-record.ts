import { basename, resolve, sep } from 'node:path';
import { listClasses, type Task } from '../../base/task';
import type { DatasetRecord } from '../../data/lists/record/dataset-record';
import { formatSplit } from '../../data/lists/splits/rule';
import { isAddress, sourceName } from '../../data/video/source-name';
import type { HeadOrigin } from '../../model/adapt-head';
import { PRESET_NAME } from '../../model/pretrained/presets';
import type { TrainingRecord } from '../../model/training-record';
import type { RunState } from '../../training/run-state';
import type { TrainOptions } from './options';
import type { TrainingInputs } from './inputs';

interface Trained {
  readonly options: TrainOptions;
  readonly inputs: TrainingInputs;
  readonly record: DatasetRecord;
  readonly state: RunState;
  readonly versions: TrainingRecord['versions'];
}

/** What a run's model remembers of it. */
export function trainingRecordOf({ options, inputs, record, state, versions }: Trained): TrainingRecord {
  const { epoch, step, config } = state;
  const { loss = null, optimizer = null } = config;
  const { train, validation, test } = record.parts;
  return {
    finished: new Date().toISOString(),
    data: {
      name: basename(record.data),
      split: formatSplit(record.rule),
      ...(record.rule.kind === 'ratio' ? { splitSeed: record.options.seed ?? 0 } : {}),
      videos: { train: train.length, validation: validation.length, test: test.length },
    },
    weights: originName(inputs.weights),
    seed: options.seed,
    loss,
    optimizer,
    epochs: epoch,
    steps: step,
    versions,
  };
}

/** A preset or an address as it is; of a path the end, which says enough and not whose machine it is. */
function originName(weights: string): string {
  if (weights === PRESET_NAME || isAddress(weights)) return sourceName(weights);
  return resolve(weights).split(sep).slice(-2).join('/');
}

/** Which parts of a model learn. */
export function describeLearning(unfreeze: string, head: HeadOrigin): string {
  const its = head === 'new' ? 'a new head' : 'its head';
  if (unfreeze === 'head') return `${its} learns`;
  return `${its} and ${unfreeze === 'all' ? 'all' : `the stages from ${unfreeze} on`} learn`;
}

/** What became of a trained model's head, to stand after the model's name. */
export function describeHead(head: HeadOrigin, model: Task, data: Task): string {
  if (head === 'kept') return ', with its head';
  if (head === 'reordered') return ", with its head, its outputs in the order of the data set's classes";
  const why =
    model.kind === data.kind
      ? `its classes are ${listClasses(model)}, the data set's ${listClasses(data)}`
      : `it is ${model.kind}, the data set ${data.kind}`;
  return `, without its head: ${why}`;
}
