import { z } from 'zod';
import type { Json } from '../base/described';
import { UsageError } from '../base/errors';
import type { Addon } from '../native/addon';
import { packageVersion } from '../native/package';

/** What a model learned from, and how: plain data that goes with the model wherever it is copied, so it names no folder of this machine. */
export interface TrainingRecord {
  /** When the training ended: ISO 8601, in UTC. */
  readonly finished: string;
  readonly data: TrainingData;
  /** Where the weights came from that training began with: a preset, an address, the end of a path. */
  readonly weights: string;
  /** Of the run's random choices. */
  readonly seed: number;
  /** As its description says it, or by its name. */
  readonly loss: Json;
  /** As its description says it, or by its name. */
  readonly optimizer: Json;
  /** Complete ones. */
  readonly epochs: number;
  /** Of the optimizer. */
  readonly steps: number;
  /** Of what computed it, by name; see {@link softwareVersions}. */
  readonly versions: Readonly<Record<string, string>>;
}

export interface TrainingData {
  /** Of the data set, or of its folder or list. */
  readonly name: string;
  /** The rule by which it was divided, such as `0.8`; absent where nothing was. */
  readonly split?: string;
  /** Of that rule. */
  readonly splitSeed?: number;
  /** Videos of each part, or spans of such. */
  readonly videos: { readonly train: number; readonly validation: number; readonly test: number };
}

const count = z.int().nonnegative();

export const trainingRecordSchema = z.object({
  finished: z.iso.datetime(),
  data: z.object({
    name: z.string(),
    split: z.string().exactOptional(),
    splitSeed: z.int().exactOptional(),
    videos: z.object({ train: count, validation: count, test: count }),
  }),
  weights: z.string(),
  seed: z.int(),
  loss: z.json(),
  optimizer: z.json(),
  epochs: count,
  steps: count,
  versions: z.record(z.string(), z.string()),
}) satisfies z.ZodType<TrainingRecord>;

/** A record as it is stored. Throws {@link UsageError} that names what is no part of one. */
export function checkTrainingRecord(record: TrainingRecord): TrainingRecord {
  const result = trainingRecordSchema.safeParse(record);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new UsageError(`The training record's ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`);
}

/** The versions of this library, of TensorFlow and of Node. */
export function softwareVersions(addon: Addon): Record<string, string> {
  return { 'movinet-native': packageVersion(), tensorflow: addon.tensorFlowVersion(), node: process.versions.node };
}
