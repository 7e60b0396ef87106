import { z } from 'zod';
import { EXPORT_FORMATS } from '../../model/export/export-model';
import { MODEL_IDS } from '../../movinet/model-id';
import { count, resultOf } from './parts';

/** Of `export --json`. */
export const exportResult = resultOf(
  {
    model: z.enum(MODEL_IDS),
    classes: count,
    kind: z.enum(EXPORT_FORMATS),
    folder: z.string(),
    bytes: count,
  },
  'An export',
);

const tensor = z.strictObject({
  tensor: z.string().describe('`operation:index` in the graph'),
  dtype: z.string(),
  shape: z.array(z.int()).nullable().describe('−1 for any size; null for any rank'),
});
const tensors = z.record(z.string(), tensor);
const signature = z.strictObject({ method: z.string(), inputs: tensors, outputs: tensors });

/** A line of `inspect --json`. */
export const inspectResult = resultOf(
  {
    kind: z.enum(['saved-model', 'checkpoint']),
    path: z.string(),
    graphs: z.array(
      z.strictObject({
        tags: z.array(z.string()),
        tensorFlowVersion: z.string(),
        ...{ operations: count, functions: count },
        xla: count.describe('functions and operations that need the XLA compiler'),
        signatures: z.record(z.string(), signature),
        assets: z.array(z.string()),
      }),
    ),
    needsXla: z.boolean(),
    variables: z.array(z.strictObject({ key: z.string(), dtype: z.string(), shape: z.array(count), bytes: count })),
    ...{ variableCount: count, elements: count, variableBytes: count },
    files: z.array(z.strictObject({ path: z.string(), bytes: count })),
    bytes: count,
    model: z
      .record(z.string(), z.json())
      .exactOptional()
      .describe('of a model of this library: what its folder says of it'),
  },
  'A SavedModel or a checkpoint',
);
