import { z } from 'zod';
import { historyShape } from '../../metrics/history/history';
import { count, measure, metrics, perClass, resultOf, specialVideos } from './parts';

const notes = z.array(z.string());
const config = z.record(z.string(), z.json());
const counted = { variables: count, parameters: count, bytes: count };

/** Of `train --json`. */
export const trainResult = z.union([
  resultOf(
    { ...historyShape, ...specialVideos, notes, out: z.string().describe("the run's folder") },
    'A run: what its history.json has, and more',
  ),
  resultOf(
    {
      dryRun: z.literal(true),
      clips: z.strictObject({ train: count, validation: count, test: count }),
      ...{ epochs: count, stepsPerEpoch: count, steps: count },
      learns: z.array(z.strictObject({ ...counted, unfreeze: z.string(), epochs: count.exactOptional() })),
      model: z.strictObject(counted),
      optimizer: z.json(),
      ...{ out: z.string(), files: z.array(z.string()) },
    },
    'What `--dry-run` found that a run would do',
  ),
  resultOf(
    {
      ...{ rates: z.array(z.number()), losses: z.array(measure), smoothedLosses: z.array(measure) },
      diverged: z.boolean().describe('whether it ended before the last rate'),
      suggestion: z.strictObject({ steepest: z.number(), minimum: z.number() }).exactOptional(),
      out: z.string().exactOptional().describe('where it was drawn'),
    },
    'What `--find-learning-rate` found',
  ),
]);

/** Of `evaluate --json`. */
export const evaluateResult = resultOf(
  {
    metrics,
    details: z.record(z.string(), z.json()).exactOptional(),
    clips: count,
    ...specialVideos,
    notes,
    classes: z.array(z.string()),
    perClass,
    config,
  },
  'An evaluation',
);

const best = z.strictObject({ value: measure, epoch: count, validated: z.boolean() }).nullable();

/** Of `compare --json`. */
export const compareResult = resultOf(
  {
    runs: z.array(
      z.strictObject({
        name: z.string(),
        ended: z.strictObject({ kind: z.string(), why: z.string() }).nullable(),
        epochs: count,
        seconds: measure,
        final: metrics.describe('of the evaluation'),
        best: z.record(z.string(), best).describe('of all epochs, by metric'),
        differences: config.describe('the options in which the runs differ'),
      }),
    ),
    leftOut: z.array(z.strictObject({ name: z.string(), why: z.string() })),
  },
  'Runs side by side',
);

/** Of `report --json`. */
export const reportResult = resultOf(
  { out: z.string().describe("the run's folder"), files: z.array(z.string()).describe('that were drawn') },
  'A page and charts that were drawn again',
);
